"""The one entrance to a local system's database: its settings are hervat's own, whatever the server or account has.

`entrance` makes every engine on a local system; each kind of database has its settings in a file of its own. What would
blind a look and can't be set is refused by name (`errors.SettingError`).
"""
