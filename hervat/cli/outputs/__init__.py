"""The form of every `--json` answer: a model a command. Schemas, docs/reference/json.md and the tests come from it.

No command builds its answer from these, and none fails on them: the tests hold each answer that they get against it.
"""

from functools import cache
from typing import Any

from pydantic import BaseModel

from hervat.cli.outputs import (
    accountability,
    cleaning,
    delivery,
    intake,
    night,
    notices,
    person,
    retention,
    setup,
)
from hervat.settings import DIALECT, Strict, schema_of

__all__ = ["OUTPUTS", "Failed", "output_schema"]


class Failed(Strict):
    """Instead of the answer, where the command could not do its work (exit status 2 or 3)."""

    errors: list[str]
    """What is wrong, with the fix."""


OUTPUTS: dict[str, tuple[type[BaseModel], ...]] = {
    "account dpia": (accountability.DpiasJson,),
    "account register": (accountability.ProcessingRegisterJson,),
    "account rights": (accountability.RightsMatricesJson,),
    "account statement": (accountability.StatementsJson,),
    "alert failed": (setup.AlertedJson,),
    "alert test": (setup.AlertedJson,),
    "approve": (cleaning.ApprovedJson,),
    "cbs accept": (delivery.CbsAcceptedJson,),
    "cbs confirm": (delivery.CbsConfirmedJson,),
    "cbs list": (delivery.DeliveriesJson,),
    "cbs prepare": (delivery.CbsPreparedJson,),
    "cbs xsd": (delivery.XsdJson,),
    "demo": (setup.DemoJson,),
    "deploy": (setup.DeployedJson,),
    "doctor": (setup.DoctorJson,),
    "footprint show": (cleaning.FootprintJson,),
    "footprint suggest": (cleaning.SuggestionJson,),
    "formats check": (intake.FormatCheckJson,),
    "incidents close": (intake.ClosedIncidentJson,),
    "incidents duo-told": (intake.RecordedIncidentJson,),
    "incidents judge": (intake.RecordedIncidentJson,),
    "incidents list": (intake.IncidentsJson,),
    "incidents open": (intake.OpenedIncidentJson,),
    "incidents register": (intake.IncidentRegistersJson,),
    "incidents remind": (intake.RemindedJson,),
    "incidents reported": (intake.RecordedIncidentJson,),
    "incidents told": (intake.RecordedIncidentJson,),
    "init": (setup.InitJson,),
    "journal export": (accountability.JournalExportJson,),
    "journal list": (accountability.JournalListJson,),
    "notices confirm": (notices.AnswerRecordedJson,),
    "notices evidence": (notices.EvidenceJson, notices.DossiersJson),
    "notices list": (notices.NoticesListJson,),
    "notices resend": (notices.ResentJson,),
    "notices show": (notices.NoticeEvidenceJson,),
    "notices told": (notices.ToldByHandJson,),
    "optin kennisgeving": (intake.KennisgevingJson,),
    "optin record": (intake.LawJson,),
    "person forget": (person.PersonForgottenJson,),
    "person hold": (person.PersonHeldJson,),
    "person release": (person.PersonReleasedJson,),
    "person show": (person.PersonShownJson,),
    "person split": (person.PersonSplitJson,),
    "plan": (cleaning.PlansJson, cleaning.RehearsalsJson),
    "quarantine accept": (intake.AcceptedRowJson,),
    "quarantine list": (intake.QuarantineJson,),
    "quarantine reject": (intake.RejectedJson,),
    "quarantine show": (intake.QuarantinedRowJson,),
    "refill done": (cleaning.RefilledJson,),
    "refill list": (cleaning.RefillListJson,),
    "register migrate": (setup.MigratedJson,),
    "register row-security": (setup.RowSecurityJson,),
    "register status": (setup.RegisterStatusJson,),
    "retention destroy": (retention.RetentionJson,),
    "retention due": (retention.RetentionJson,),
    "run": (night.RunJson,),
    "schema": (setup.SchemasJson,),
    "serve": (),
    "status": (night.StatusJson, night.AgeJson, night.MetricsJson),
    "strangers decide": (person.DecidedStrangerJson,),
    "strangers list": (person.StrangersJson,),
    "vault destroy": (setup.VaultDestroyJson,),
    "vault keys": (setup.KeysWrittenJson,),
    "vault list": (setup.VaultListJson,),
    "vault reconcile": (setup.VaultReconcileJson,),
    "vault restore": (setup.RestoredJson,),
    "vault rotate": (setup.RenewedJson,),
    "verify": (night.VerifyJson,),
}
"""Command -> the forms of its answer; `serve` answers only where it fails, `schema NAME` with the schema."""


@cache
def output_schema(command: str) -> dict[str, Any]:
    """Return the schema of a command's JSON. Raises KeyError for a command without."""
    models: list[type[BaseModel]] = [*OUTPUTS[command], Failed]
    forms = [schema_of(model, model.__name__) for model in models]
    definitions = {name: form for schema in forms for name, form in schema.pop("$defs", {}).items()}
    for form in (*forms, *definitions.values()):
        form.pop("$schema", None)
        form.pop("title", None)
        for key in form.get("properties", {}).values():
            key.pop("default", None)  # a key that is absent has no value
    alternatives = {"title": f"hervat {command} --json", "anyOf": forms}
    return {"$schema": DIALECT, **alternatives, **({"$defs": definitions} if definitions else {})}
