"""What each bailleur declares of its leases: mostly the truth, in the columns its file has.

One row per line of a file. `rejet` names a fault the door rejects; `doublon` a line written twice.
"""

import numpy as np
import polars as pl

from pipeline.sample.baux import in_force_qpv
from pipeline.sample.calendrier import INCIDENTS, RESERVATAIRES_INCONNUS, delivery_rank, without_incident
from pipeline.sample.geographie import BAILLEURS, CODES_TRIMESTRES, DEBUT
from pipeline.sample.habitudes import habit_of
from pipeline.sample.sne import DATE_IMPOSSIBLE, DOUBLON_DIFFERENT, NUMERO_ABSENT, NUMERO_SCIENTIFIQUE
from pipeline.sample.tirages import draw_days, draw_words, flag, pick

RESERVATAIRE_INCONNU, DATE_FUTURE = "reservataire_inconnu", "date_future"
REJETS = (
    NUMERO_ABSENT,
    DATE_IMPOSSIBLE,
    RESERVATAIRE_INCONNU,
    NUMERO_SCIENTIFIQUE,
    DATE_FUTURE,
    DOUBLON_DIFFERENT,
)
REJETS_PAR_FICHIER = {"alize": 4, "bassin-bleu": 3, "cap-corail": 1}
QPV_INCONNU = "QP974099"
QUARTIER_SCINDE = "QP974032"
CARTE_PERIMEE = ("bassin-bleu",)
QPV_LAISSE_VIDE = ("ecume",)
SEUIL_DECLARE = 6_700.0
_PART_REFUSEE = 0.14
_DERNIER = len(CODES_TRIMESTRES) - 1


def declare_leases(rng: np.random.Generator, baux: pl.DataFrame, demandes: pl.DataFrame) -> pl.DataFrame:
    """Return every line of every bailleur's file, in the order of files; `declaration` is its rank."""
    rows = _lines(rng, baux)
    household = demandes.select(
        "menage", "numero_unique", "age", "revenu", "unites", "unites_invalides", "est_mutation"
    )
    rows = rows.join(household, on="menage", how="left", maintain_order="left")
    rows = _declare_days(rng, rows)
    rows = _declare_qpv(rng, rows)
    rows = _declare_household(rng, rows)
    rows = _mark_faults(rng, _keep_known_columns(rows))
    return rows.sort("fournisseur", "livraison", "date_bail", "bail").with_row_index("declaration")


def _lines(rng: np.random.Generator, baux: pl.DataFrame) -> pl.DataFrame:
    """Give a line per lease sent, a second one for `livre_deux_fois`, and the rival's (règle B4)."""
    sent = baux.filter(pl.col("livraison_bailleur").is_not_null()).with_columns(
        livraison="livraison_bailleur", est_rival=pl.lit(value=False)
    )
    again = sent.filter(pl.col("cas") == "livre_deux_fois").with_columns(pl.col("livraison") + 1)
    disputed = sent.filter(pl.col("cas").str.starts_with("deux_bailleurs"))
    days = draw_days(rng, 20, 110, disputed.height)
    earlier = pl.max_horizontal(
        pl.col("date_bail") - days, pl.col("date_depot").dt.offset_by("1d"), pl.lit(DEBUT)
    )
    rival_suppliers = {BAILLEURS[0].fournisseur: BAILLEURS[1], BAILLEURS[1].fournisseur: BAILLEURS[0]}
    rivals = {item.fournisseur: rival_suppliers.get(item.fournisseur, BAILLEURS[0]) for item in BAILLEURS}
    contradicted = pl.col("cas") == "deux_bailleurs"
    rival = disputed.with_columns(
        date_bail=pl.when(contradicted).then(earlier).otherwise(pl.col("date_bail") + days),
        identifiant=pl.concat_str(pl.lit("0978"), pl.col("identifiant").str.slice(4)),
        siren=pl.col("fournisseur").replace_strict({name: item.siren for name, item in rivals.items()}),
        fournisseur=pl.col("fournisseur").replace_strict(
            {name: item.fournisseur for name, item in rivals.items()}
        ),
        est_rival=pl.lit(value=True),
    ).with_columns(livraison=delivery_rank("date_bail", "retard_bailleur"))
    return pl.concat([sent, again, rival.select(sent.columns)])


def _declare_days(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Give the two dates as declared; null is a sentinel or an empty cell (règle B1)."""
    count = rows.height
    gap = draw_days(rng, 5, 30, count)
    cas = pl.col("cas")
    return rows.with_columns(
        bail_declare=pl.when(cas == "bail_illisible")
        .then(None)
        .when(cas == "bail_avant_depot")
        .then(pl.col("date_depot") - gap)
        .otherwise("date_bail"),
        caleol_declaree=pl.when(pl.Series(flag(rng, 0.95, count)) & (cas != "livre_deux_fois")).then(
            "date_caleol"
        ),
    )


def _declare_qpv(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Give the QPV code and the yes/no: right, out of date, unknown, wrong or empty (règles E1–E5)."""
    count = rows.height
    current = in_force_qpv("date_bail")
    old_habit = pl.col("fournisseur").is_in(CARTE_PERIMEE) & (pl.col("livraison") == _DERNIER)
    forgotten = (pl.col("fournisseur") == "alize") & pl.Series(flag(rng, 0.3, count))
    stale = old_habit & (pl.col("qpv_2015") != QUARTIER_SCINDE) | forgotten & (pl.col("qpv_2015") != "")
    code = (
        pl.when(pl.col("cas") == "qpv_inconnu")
        .then(pl.lit(QPV_INCONNU))
        .when(stale)
        .then("qpv_2015")
        .otherwise(current)
    )
    wrong = pl.Series(flag(rng, 0.01, count)) & (pl.col("cas") == "normal")
    inside = current != ""
    forgetful = pl.col("fournisseur").is_in(QPV_LAISSE_VIDE) & pl.Series(flag(rng, 0.04, count))
    answer = pl.when(wrong & (current == "")).then(~inside).otherwise(inside)
    return rows.with_columns(code_qpv=code, en_qpv=pl.when(~forgetful).then(answer))


def _declare_household(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Give réservataire, resources (some updated since the filing), quartile and flow (règles F1, D1, D5)."""
    count = rows.height
    known = ~pl.Series(flag(rng, 0.04, count)) & ~pl.col("unites_invalides")
    moved = pl.Series(rng.choice((0.7, 1.0, 1.3), size=count, p=(0.05, 0.9, 0.05)))
    drift = pl.when(pl.col("cas") == "normal").then(moved).otherwise(1.0)
    resources = (drift * 12 * pl.col("revenu") / pl.col("unites")).round(2)
    out_of_flow = pl.Series(flag(rng, 0.15, count))
    reasons = pl.Series(draw_words(rng, {"MUTINT": 60, "NPNRU": 25, "INSAL": 10, "VENTE": 5}, count))
    once = pl.col("cas") == "livre_deux_fois"
    silent = pl.Series(flag(rng, 0.03, count)) & ~once
    return rows.with_columns(
        reservataire_declare=pl.when(~silent).then("reservataire"),
        ressources_uc=pl.when(known | once).then(resources),
        est_premier_quartile=resources <= SEUIL_DECLARE,
        en_flux=~out_of_flow | once,
        motif_hors_flux=pl.when(out_of_flow & ~once).then(reasons),
    )


def _keep_known_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Silence what a bailleur's file has no column for, and a yes/no that cannot say no (règle E2)."""
    said = {
        "siren_bailleur": "siren",
        "code_qpv": "code_qpv",
        "en_qpv": "en_qpv",
        "date_caleol": "caleol_declaree",
        "est_premier_quartile": "est_premier_quartile",
    }
    files = rows.select("fournisseur", "livraison").unique().rows()
    habits = {(name, rank): habit_of(name, CODES_TRIMESTRES[rank]) for name, rank in files}
    for column, drawn in said.items():
        lacking = [key for key, habit in habits.items() if column not in habit.entetes]
        rows = rows.with_columns(pl.when(~_in_files(lacking)).then(drawn).alias(f"{column}_dit"))
    no_negative = [key for key, habit in habits.items() if not habit.non]
    yes_only = _in_files(no_negative)
    return rows.with_columns(
        en_qpv_dit=pl.when(~yes_only | pl.col("en_qpv_dit")).then("en_qpv_dit"),
        code_qpv_dit=pl.when(pl.col("code_qpv_dit") != "").then("code_qpv_dit"),
    )


def _in_files(files: list[tuple[str, int]]) -> pl.Expr:
    key = pl.concat_str("fournisseur", pl.col("livraison").cast(pl.String), separator="|")
    return key.is_in([f"{name}|{rank}" for name, rank in files])


def _mark_faults(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Name the lines the door rejects: a few in the large files, many in the refused one."""
    faults = np.full(rows.height, "", dtype="U24")
    doubled = np.zeros(rows.height, dtype=bool)
    ordinary = (rows["cas"] == "normal").to_numpy()
    for (supplier, rank), places in rows.with_row_index("place").group_by(
        ["fournisseur", "livraison"], maintain_order=True
    ):
        here = np.isin(np.arange(rows.height), places["place"].to_numpy()) & ordinary
        count = REJETS_PAR_FICHIER.get(str(supplier), 0) if int(str(rank)) % 2 else 0
        hit = rng.permutation(pick(rng, here, count + 1))
        for order, row in enumerate(hit[:count]):
            faults[row] = REJETS[(int(str(rank)) // 2 + order) % len(REJETS)]
        doubled[hit[count:]] = count > 0
    for item in INCIDENTS:
        if item.nature == RESERVATAIRES_INCONNUS:
            rank = CODES_TRIMESTRES.index(item.periode)
            here = rows.select((pl.col("fournisseur") == item.fournisseur) & (pl.col("livraison") == rank))
            among = here.to_series().to_numpy()
            faults[pick(rng, among, max(4, round(_PART_REFUSEE * among.sum())))] = RESERVATAIRE_INCONNU
    entered = rows.select(without_incident("fournisseur", "livraison")).to_series()
    return rows.with_columns(rejet=pl.Series(faults), doublon=pl.Series(doubled), entre=entered)
