"""The fictitious territory: seeded deliveries in their real formats, and the truth behind them.

parc, menages → demandes → cotation, baux → anomalies → radiations, declarations → incidents_stock → stock,
imhoweb, commissions → verite → fichiers.
Households, dwellings and events are drawn first and their truth is written from those draws;
files are formatted last. This room imports nothing of the project but `feeds` and `periods`,
reads no file back and holds no SQL, so that the truth cannot confirm itself.
"""
