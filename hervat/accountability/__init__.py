"""What a gemeente must be able to show of its processing (AVG 13, 14, 30 and 35), made from the configuration."""

from hervat.accountability.access import PlaceAccess, access_to
from hervat.accountability.document import Document, as_html, as_markdown
from hervat.accountability.dpia import DpiaInput, dpia_document, dpia_input
from hervat.accountability.flow import DataFlow, FlowEdge, FlowNode, data_flow, flow_svg, mermaid
from hervat.accountability.logboek import JournalPeriod, LogboekCounts, LogboekIncomplete, export_logboek, listed
from hervat.accountability.logboek_line import LogboekFile, LogboekTarget
from hervat.accountability.logboek_otlp import CollectorError, LogboekCollector
from hervat.accountability.processing import (
    ProcessingActivity,
    ProcessingEntry,
    ProcessingRecipient,
    processing_document,
    processing_entry,
    processing_page,
)
from hervat.accountability.rights import RightsMatrix, RoleRights, rights_document, rights_matrix
from hervat.accountability.risks import RISKS, PersonalRisk
from hervat.accountability.statement import statement_document

__all__ = [
    "RISKS",
    "CollectorError",
    "DataFlow",
    "Document",
    "DpiaInput",
    "FlowEdge",
    "FlowNode",
    "JournalPeriod",
    "LogboekCollector",
    "LogboekCounts",
    "LogboekFile",
    "LogboekIncomplete",
    "LogboekTarget",
    "PersonalRisk",
    "PlaceAccess",
    "ProcessingActivity",
    "ProcessingEntry",
    "ProcessingRecipient",
    "RightsMatrix",
    "RoleRights",
    "access_to",
    "as_html",
    "as_markdown",
    "data_flow",
    "dpia_document",
    "dpia_input",
    "export_logboek",
    "flow_svg",
    "listed",
    "mermaid",
    "processing_document",
    "processing_entry",
    "processing_page",
    "rights_document",
    "rights_matrix",
    "statement_document",
]
