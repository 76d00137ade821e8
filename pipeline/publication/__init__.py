"""What readers get: releases, complete before anything points to them, and the locked door to read them.

manifest (what was built from what) · snapshot (the DuckDB of a release) · exports (Parquet, CSV) ·
releases (folder, pointer, pruning) · consultation and cells (queries and their printed form).
This room computes no indicator and reads no delivery: it publishes the schema `marts` as built.
"""
