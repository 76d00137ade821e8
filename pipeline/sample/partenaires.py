"""What the other partners hold: flow, conventions, rehousing, exchanges, supply, software."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from pipeline.sample.bilan_flux import draw_bilan_flux, write_bilan_file
from pipeline.sample.bourse import (
    declare_annonces,
    draw_annonces,
    draw_permutations,
    tell_annonces,
    tell_permutations,
    write_exchange_files,
)
from pipeline.sample.conventions import draw_conventions, tell_conventions, write_convention_files
from pipeline.sample.defauts_partenaires import list_partner_defects
from pipeline.sample.fichiers_flux import (
    declare_mises_a_disposition,
    tell_mises_a_disposition,
    write_flow_files,
)
from pipeline.sample.flux import draw_mises_a_disposition
from pipeline.sample.formats import Depot
from pipeline.sample.interfaces import (
    declare_interfaces,
    draw_interfaces,
    tell_interfaces,
    write_interface_files,
)
from pipeline.sample.livraisons import draw_operations, tell_operations, write_programme_files
from pipeline.sample.occupants import draw_occupants, tell_occupants, write_survey_file
from pipeline.sample.relogements import (
    declare_relogements,
    draw_relogements,
    tell_relogements,
    write_rehousing_files,
)
from pipeline.sample.tirages import open_stream


@dataclass(frozen=True)
class Histoire:
    """What happened, which these partners tell in part."""

    parc: pl.DataFrame
    demandes: pl.DataFrame
    baux: pl.DataFrame
    declarations: pl.DataFrame
    candidatures: pl.DataFrame
    wishes: pl.DataFrame


@dataclass(frozen=True)
class Partenaires:
    """Every line of every file of these partners, as each is known at the end of its period."""

    flux: pl.DataFrame
    conventions: pl.DataFrame
    relogements: pl.DataFrame
    annonces: pl.DataFrame
    permutations: pl.DataFrame
    operations: pl.DataFrame
    occupants: pl.DataFrame
    interfaces: pl.DataFrame

    @classmethod
    def draw(cls, seed: int, known: Histoire) -> "Partenaires":
        """Draw what each partner holds: each subject has its own stream."""
        parc, demandes, baux, declared = known.parc, known.demandes, known.baux, known.declarations
        mises = draw_mises_a_disposition(
            open_stream(seed, "mises-a-disposition"), parc, baux, declared, known.candidatures
        )
        households = draw_relogements(open_stream(seed, "relogements"), parc, demandes, baux, declared)
        offers = draw_annonces(open_stream(seed, "annonces"), parc)
        held = draw_interfaces(open_stream(seed, "interfaces"), demandes, known.wishes)
        return cls(
            flux=declare_mises_a_disposition(open_stream(seed, "flux"), mises),
            conventions=draw_conventions(open_stream(seed, "conventions"), baux),
            relogements=declare_relogements(open_stream(seed, "porteur"), households),
            annonces=declare_annonces(open_stream(seed, "bourse"), offers),
            permutations=draw_permutations(open_stream(seed, "permutations"), offers),
            operations=draw_operations(open_stream(seed, "operations"), parc),
            occupants=draw_occupants(open_stream(seed, "occupants"), parc),
            interfaces=declare_interfaces(open_stream(seed, "extractions"), held),
        )

    def tell(self) -> dict[str, pl.DataFrame]:
        """Return their truth tables, by name."""
        return {
            "mises_a_disposition": tell_mises_a_disposition(self.flux),
            "conventions": tell_conventions(self.conventions),
            "bilan_flux": draw_bilan_flux(self.flux),
            "relogements": tell_relogements(self.relogements),
            "annonces": tell_annonces(self.annonces),
            "permutations": tell_permutations(self.permutations),
            "livraisons": tell_operations(self.operations),
            "occupants": tell_occupants(self.occupants),
            "interfaces": tell_interfaces(self.interfaces),
        }

    def list_defects(self) -> pl.DataFrame:
        """Return one row per defect put in on purpose, under the rule it tests."""
        return list_partner_defects(
            flux=self.flux,
            conventions=self.conventions,
            relogements=self.relogements,
            annonces=self.annonces,
            occupants=self.occupants,
            interfaces=self.interfaces,
        )

    def write_depots(self) -> Iterator[Depot]:
        """Yield every delivery."""
        yield from write_flow_files(self.flux)
        yield from write_convention_files(self.conventions)
        yield from write_bilan_file(draw_bilan_flux(self.flux))
        yield from write_rehousing_files(self.relogements)
        yield from write_exchange_files(self.annonces, self.permutations)
        yield from write_programme_files(self.operations)
        yield from write_survey_file(self.occupants)
        yield from write_interface_files(self.interfaces)
