"""What readers get: releases, complete before anything points to them, and the locked door to read them.

manifest (what was built from what) → snapshot, exports, contents (the files of a release) → releases
(folder, pointer, pruning, on `durable` files); consultation → presentation (queries and their printed
form), with `cells` for both. This room computes no indicator: it publishes the schema `marts` as built.
"""
