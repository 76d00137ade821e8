"""How long personal data stay: the purge, the files past their duration, the record of processing.

expiry (durations, files past them) → unlinking (new pseudonyms in copies) → trial (the same marts?)
→ purge (the whole verb, under the build lock). record: the sheet of the RGPD, filled from the settings.
"""
