r"""The control words of RTF that a reader must know, by what they are: characters, parts, code pages of fonts."""

#: Words that stand for characters.
CHARACTERS = {
    **{"tab": "\t", "line": "\n", "lbr": "\n", "emdash": "\u2014", "endash": "\u2013", "bullet": "\u2022"},
    **{"lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c", "rdblquote": "\u201d"},
    **{"emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005"},
}
#: Signs behind a backslash that stand for characters; an optional hyphen (``\-``) is none.
SIGNS = {b"~": "\u00a0", b"_": "\u2011", b"\\": "\\", b"{": "{", b"}": "}"}

#: Parts of the file that hold no text of the document; so does every part behind a star that is not in ``STARRED``.
SKIPPED = frozenset(
    {
        *("colortbl", "filetbl", "listtable", "listoverridetable", "revtbl", "rsidtbl", "generator", "datafield"),
        *("pict", "objdata", "objname", "objclass", "fldinst", "bkmkstart", "bkmkend", "xe", "tc", "rxe", "fontemb"),
        *("annotation", "atnid", "atnauthor", "atndate", "atnref", "atrfstart", "atrfend", "atntime", "atnparent"),
        *("author", "operator", "keywords", "doccomm", "comment", "subject", "manager", "company", "category"),
        *("creatim", "revtim", "printim", "buptim", "hlinkbase", "pgptbl", "xmlnstbl", "themedata", "template"),
        *("colorschememapping", "latentstyles", "datastore", "factoidname", "falt", "panose", "private", "userprops"),
        *("ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "nonesttables", "nonshppict", "shprslt"),
        *("sp", "background", "docvar", "passwordhash", "pnseclvl", "ffname", "ffdeftext", "formfield"),
        *("oldcprops", "oldpprops", "oldsprops", "oldtprops"),
    }
)
#: Parts behind a star that hold text all the same: text boxes, and notes.
STARRED = frozenset({"shpinst", "shptxt", "footnote"})
#: Headers and footers of the pages.
FURNITURE = frozenset({"header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"})
#: The marks of list items, for readers that know no lists.
MARKS = frozenset({"listtext", "pntext"})

#: The code page of a font by its ``\fcharset``; 0 and 1 are the file's own.
CHARSETS = {
    **{77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254"},
    **{163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"},
}
