"""Pipeline of the PPGD observatory: deliveries in, published indicators out."""
