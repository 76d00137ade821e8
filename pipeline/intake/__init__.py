"""From a delivered file to a typed, pseudonymised Parquet copy, and the register of what happened.

deliveries → encodings → tables (CSV, XLSX) → headers → values → conform → storage.
This room decides nothing about values taken together (that is `quality`), and never writes
a raw value outside `data/raw`.
"""
