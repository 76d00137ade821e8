"""What starts by itself: builds each quarter, each half-year and when a file arrives, reminders each day.

All are stopped until someone starts them in Dagster's pages.
"""

from hashlib import sha256

import dagster as dg

from pipeline.acceptation import Door
from pipeline.follow_up import today
from pipeline.settings import Settings

JOB = "construire"
REMINDERS = "rappels"
TIME_ZONE = "Europe/Paris"
_FORCED = {"ops": {"publication": {"config": {"forcer": True}}}}


def quarterly_build() -> dg.ScheduleDefinition:
    """Build on the 20th of the month that follows each quarter."""
    return dg.ScheduleDefinition(
        name="construction_trimestrielle",
        description="Construit le 20 du mois qui suit chaque trimestre.",
        job_name=JOB,
        cron_schedule="0 6 20 1,4,7,10 *",
        execution_timezone=TIME_ZONE,
    )


def half_yearly_publication() -> dg.ScheduleDefinition:
    """Publish a dated release on 1 March and 1 September, even when nothing changed."""
    return dg.ScheduleDefinition(
        name="publication_semestrielle",
        description="Publie une version datée pour la CIL, le 1er mars et le 1er septembre.",
        job_name=JOB,
        cron_schedule="0 7 1 3,9 *",
        execution_timezone=TIME_ZONE,
        run_config=_FORCED,
    )


def reminders_job(settings: Settings) -> dg.JobDefinition:
    """Send the reminders due today; the run fails when one did not leave."""

    @dg.op(name="envoi_des_rappels", description="Envoie les rappels dus aujourd'hui, chacun une seule fois.")
    def send(context: dg.OpExecutionContext) -> None:
        from pipeline.rappels.telling import tell_report
        from pipeline.reminding import send_due_reminders

        report = send_due_reminders(settings, today())
        for line in tell_report(report):
            context.log.info(line)
        if not report.is_whole:
            raise dg.Failure("Des rappels ne sont pas partis : voyez le journal de cette exécution.")

    @dg.job(name=REMINDERS, description="Rappelle les dépôts attendus.", executor_def=dg.in_process_executor)
    def reminders() -> None:
        send()

    return reminders


def daily_reminders() -> dg.ScheduleDefinition:
    """Send the reminders on working days, at the opening of offices."""
    return dg.ScheduleDefinition(
        name="rappels_quotidiens",
        description="Envoie les rappels dus, du lundi au vendredi à 8 h.",
        job_name=REMINDERS,
        cron_schedule="0 8 * * 1-5",
        execution_timezone=TIME_ZONE,
    )


def depots_sensor(settings: Settings) -> dg.SensorDefinition:
    """Ask for a build once what waits in data/raw is the same at two looks: no copy is under way."""

    @dg.sensor(
        name="depots_recus",
        job_name=JOB,
        description="Demande une construction quand de nouveaux dépôts attendent dans raw/.",
        minimum_interval_seconds=60,
    )
    def watch_raw(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        with Door.open(settings) as door:
            waiting, _ = door.waiting()
        if not waiting:
            return dg.SensorResult(skip_reason="Aucun dépôt en attente.", cursor="")
        facts = [(str(delivery.path), delivery.path.stat()) for delivery in waiting]
        seen = sha256(
            repr([(path, stat.st_size, stat.st_mtime_ns) for path, stat in facts]).encode()
        ).hexdigest()
        if seen != context.cursor:
            return dg.SensorResult(skip_reason="Des dépôts arrivent encore.", cursor=seen)
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=seen)], cursor=seen)

    return watch_raw
