"""The grids of cotation: a YAML file becomes a typed `Grille`, then one set-based SQL query over the facts.

yaml_situe, vocabulaire, cles → conditions, baremes → lecture → coherence → grilles ; then compilation to SQL.
dossier loads those of a data root before a build and writes their queries; requetes makes them macros of dbt.
Nothing here reads a demande: facts are a table of dbt, named by the caller. Every refusal names its line.
"""
