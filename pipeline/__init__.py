"""Pipeline of the PPGD observatory: deliveries in, published indicators out."""

__version__ = "0.1.0"
