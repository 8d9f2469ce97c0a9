"""What is asked: who buys what, the draft that is being written, the revisions frozen from it."""

from deals.models.attachment import Attachment
from deals.models.catalogue import Account, Price, Product, Rate, Tier
from deals.models.comment import Comment, Mention, Wording
from deals.models.deal import Deal, DealGroupObjectPermission, DealUserObjectPermission
from deals.models.draft import (
    DraftClause,
    DraftLine,
    DraftTerm,
    DraftTouch,
    Exchange,
    Priority,
    Success,
)
from deals.models.exception import AccountException, DraftException
from deals.models.imports import Import, ImportRefusal, ImportRow, Judged
from deals.models.revision import Revision
from deals.models.template import BriefTemplate, Start

__all__ = [
    "Account",
    "AccountException",
    "Attachment",
    "BriefTemplate",
    "Comment",
    "Deal",
    "DealGroupObjectPermission",
    "DealUserObjectPermission",
    "DraftClause",
    "DraftException",
    "DraftLine",
    "DraftTerm",
    "DraftTouch",
    "Exchange",
    "Import",
    "ImportRefusal",
    "ImportRow",
    "Judged",
    "Mention",
    "Price",
    "Priority",
    "Product",
    "Rate",
    "Revision",
    "Start",
    "Success",
    "Tier",
    "Wording",
]
