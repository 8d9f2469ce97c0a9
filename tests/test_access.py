"""Who gets what from every route. A route without a row fails; a stranger cannot tell a deal from nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from approvals import bulk as many
from approvals.absence import Window, set_absence
from approvals.hold import hold
from approvals.models import AnswerLink, Bulk, Mandate, Request
from approvals.offer import offer
from approvals.submit import submit
from base import clock, sealed
from deals.attach import attach
from deals.begin import keep_template
from deals.comment import comment
from deals.models import AccountException, Deal
from desk.saved_views import Keeping, save_view
from guardrails.models import QuarterEnd
from people.models import Absence
from tests.approvals.machine.state import digest
from tests.asked_in_return import evidence_for, question_on
from tests.brandt import ask_offer_5, grant_brandt, make_brandt, step_of
from tests.cast import Cast
from tests.guardrails.quarter_ends import begin_quarter_end
from tests.importing.files import begin, row
from tests.notices.telling import give_chat, told_to
from tests.planning.raising import named

OURS = ("desk", "guardrails", "notices", "people")
PEOPLE = ("maya", "henrik", "priya", "elena", "marcus", "ines", "robin", "")
Row = tuple[int, int, int, int, int, int, int, int]

# its seller, the reviewer asked, one who is not, an outsider, leader, desk, auditor, nobody signed in
ACCESS: dict[tuple[str, str], Row] = {
    ("people:theme", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("people:theme", "post"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("notices:inbox", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("notices:inbox", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("notices:read_all", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("notices:read_all", "post"): (422, 422, 422, 422, 422, 422, 422, 302),
    ("notices:open", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("notices:open", "post"): (404, 302, 404, 404, 404, 404, 404, 302),
    ("notices:read", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("notices:read", "post"): (404, 302, 404, 404, 404, 404, 404, 302),
    ("notices:preferences", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("notices:preferences", "post"): (422, 422, 422, 422, 422, 422, 422, 302),
    ("notices:set_channel", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("notices:set_channel", "post"): (422, 422, 422, 422, 422, 422, 422, 302),
    ("notices:test_channel", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("notices:test_channel", "post"): (404, 422, 404, 404, 404, 404, 404, 302),
    ("notices:remove_channel", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("notices:remove_channel", "post"): (404, 302, 404, 404, 404, 404, 404, 302),
    ("notices:unsubscribe", "get"): (200, 200, 200, 200, 200, 200, 200, 200),
    ("notices:unsubscribe", "post"): (200, 200, 200, 200, 200, 200, 200, 200),
    ("desk:home", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:home", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:counts", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:counts", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:search", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:search", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:search_deals", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:search_deals", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:profile", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:profile", "post"): (422, 422, 422, 422, 422, 422, 422, 302),
    ("desk:sign_out_elsewhere", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:sign_out_elsewhere", "post"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("desk:sign_out_of", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:sign_out_of", "post"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("desk:queue", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:queue", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:saved_views", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:saved_views", "post"): (422, 422, 422, 422, 422, 422, 422, 302),
    ("desk:saved_view", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:saved_view", "post"): (404, 404, 404, 404, 404, 422, 404, 302),
    ("desk:drop_view", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:drop_view", "post"): (404, 404, 404, 404, 404, 302, 404, 302),
    ("desk:queue_csv", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:queue_csv", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:bulk", "get"): (403, 403, 403, 403, 403, 422, 403, 302),
    ("desk:bulk", "post"): (403, 403, 403, 403, 403, 422, 403, 302),
    ("desk:bulk_run", "get"): (403, 403, 403, 403, 403, 200, 200, 302),
    ("desk:bulk_run", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:bulk_go_on", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:bulk_go_on", "post"): (403, 403, 403, 403, 403, 409, 403, 302),
    ("desk:bulk_refused", "get"): (403, 403, 403, 403, 403, 200, 200, 302),
    ("desk:bulk_refused", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:leakage", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:leakage", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:leakage_csv", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:leakage_csv", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:overrides", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:overrides", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:overrides_csv", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:overrides_csv", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:operations", "get"): (403, 403, 403, 403, 403, 200, 403, 302),
    ("desk:operations", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:replay", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:replay", "post"): (403, 403, 403, 403, 403, 409, 403, 302),
    ("desk:exceptions", "get"): (403, 200, 200, 403, 403, 200, 200, 302),
    ("desk:exceptions", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:revoke_exception", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:revoke_exception", "post"): (403, 403, 403, 403, 403, 422, 403, 302),
    ("desk:deal_exceptions", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:deal_exceptions", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:drop_exception", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:drop_exception", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:calendars", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:calendars", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:calendar", "get"): (403, 403, 403, 403, 403, 200, 403, 302),
    ("desk:calendar", "post"): (403, 403, 403, 403, 403, 422, 403, 302),
    ("desk:recompute", "get"): (403, 403, 403, 403, 403, 200, 403, 302),
    ("desk:recompute", "post"): (403, 403, 403, 403, 403, 422, 403, 302),
    ("desk:quarter_ends", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:quarter_ends", "post"): (403, 403, 403, 403, 403, 422, 403, 302),
    ("desk:end_quarter_end", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:end_quarter_end", "post"): (403, 403, 403, 403, 403, 302, 403, 302),
    ("desk:away", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:away", "post"): (422, 422, 422, 422, 422, 422, 422, 302),
    ("desk:away_people", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:away_people", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:away_of", "get"): (403, 200, 403, 403, 403, 200, 403, 302),
    ("desk:away_of", "post"): (403, 422, 403, 403, 403, 422, 403, 302),
    ("desk:hand_in_calendar", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:hand_in_calendar", "post"): (403, 422, 403, 403, 403, 422, 403, 302),
    ("desk:end_away", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:end_away", "post"): (403, 302, 403, 403, 403, 302, 403, 302),
    ("desk:rates", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:rates", "post"): (403, 403, 403, 403, 403, 422, 403, 302),
    ("desk:load_rates", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:load_rates", "post"): (403, 403, 403, 403, 403, 422, 403, 302),
    ("desk:deals", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:deals", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:answer", "get"): (403, 200, 403, 403, 403, 403, 403, 302),
    ("desk:answer", "post"): (403, 422, 403, 403, 403, 403, 403, 302),
    ("desk:reviews", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:reviews", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:review", "get"): (403, 200, 404, 404, 200, 200, 200, 302),
    ("desk:review", "post"): (403, 422, 404, 404, 403, 403, 403, 302),
    ("desk:review_all", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:review_all", "post"): (403, 422, 404, 404, 403, 403, 403, 302),
    ("desk:review_effect", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:review_effect", "post"): (403, 200, 404, 404, 403, 403, 403, 302),
    ("desk:take", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:take", "post"): (403, 302, 404, 404, 403, 403, 403, 302),
    ("desk:give_back", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:give_back", "post"): (403, 409, 404, 404, 403, 403, 403, 302),
    ("desk:ask_too", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:ask_too", "post"): (403, 422, 404, 404, 403, 403, 403, 302),
    ("desk:watch", "get"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("desk:watch", "post"): (302, 302, 404, 404, 302, 302, 302, 302),
    ("desk:unwatch", "get"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("desk:unwatch", "post"): (409, 409, 404, 404, 409, 409, 409, 302),
    ("desk:intervene", "get"): (403, 403, 404, 404, 200, 200, 403, 302),
    ("desk:intervene", "post"): (403, 403, 404, 404, 422, 422, 403, 302),
    ("desk:call_desk", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:call_desk", "post"): (403, 403, 404, 404, 422, 403, 403, 302),
    ("desk:ask", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:ask", "post"): (403, 422, 404, 404, 403, 403, 403, 302),
    ("desk:question", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:question", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:take_question_back", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:take_question_back", "post"): (403, 302, 404, 404, 403, 403, 403, 302),
    ("desk:condition", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:condition", "post"): (422, 422, 404, 404, 403, 403, 403, 302),
    ("desk:evidence", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:evidence", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:new_brief", "get"): (200, 403, 403, 200, 200, 200, 403, 302),
    ("desk:new_brief", "post"): (422, 403, 403, 422, 422, 422, 403, 302),
    ("desk:deal", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:deal", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:brief", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:brief", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:brief_rows", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:brief_rows", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:brief_paste", "get"): (200, 403, 404, 404, 403, 403, 403, 302),
    ("desk:brief_paste", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:keep_template", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:keep_template", "post"): (302, 403, 404, 404, 302, 302, 403, 302),
    ("desk:begin_from", "get"): (200, 403, 403, 200, 200, 200, 403, 302),
    ("desk:begin_from", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:remove_template", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:remove_template", "post"): (403, 403, 403, 403, 403, 302, 403, 302),
    ("desk:take_recorded", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:take_recorded", "post"): (409, 403, 404, 404, 403, 403, 403, 302),
    ("desk:brief_use", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:brief_use", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:brief_ask", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:brief_ask", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:brief_settle", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:brief_settle", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:files", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:files", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:file", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:file", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:remove_file", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:remove_file", "post"): (302, 403, 404, 404, 403, 403, 403, 302),
    ("desk:offers", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:offers", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:check_offer", "get"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("desk:check_offer", "post"): (422, 422, 404, 404, 422, 422, 422, 302),
    ("desk:more_room", "get"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("desk:more_room", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:economics", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:economics", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:approvals", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:approvals", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:decisions", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:decisions", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:brief_pdf", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:brief_pdf", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:decisions_pdf", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:decisions_pdf", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:decisions_json", "get"): (403, 200, 404, 404, 403, 200, 200, 302),
    ("desk:decisions_json", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:concerns", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:concerns", "post"): (422, 422, 404, 404, 422, 422, 403, 302),
    ("desk:answer_concern", "get"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("desk:answer_concern", "post"): (403, 403, 404, 404, 403, 422, 403, 302),
    ("desk:add_to_concern", "get"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("desk:add_to_concern", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:withdraw_concern", "get"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("desk:withdraw_concern", "post"): (302, 403, 404, 404, 403, 403, 403, 302),
    ("desk:receipt", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:receipt", "post"): (422, 422, 422, 422, 422, 422, 422, 302),
    ("desk:comments", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:comments", "post"): (422, 422, 404, 404, 422, 422, 403, 302),
    ("desk:comment", "get"): (302, 302, 404, 404, 302, 302, 302, 302),
    ("desk:comment", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:take_comment_back", "get"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("desk:take_comment_back", "post"): (302, 403, 404, 404, 403, 302, 403, 302),
    ("desk:place_hold", "get"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("desk:place_hold", "post"): (403, 403, 404, 404, 403, 422, 403, 302),
    ("desk:release_hold", "get"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("desk:release_hold", "post"): (403, 403, 404, 404, 403, 422, 403, 302),
    ("desk:record", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:record", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:record_csv", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:record_csv", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:whole_record", "get"): (403, 403, 403, 403, 403, 200, 200, 302),
    ("desk:whole_record", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:whole_record_csv", "get"): (403, 403, 403, 403, 403, 200, 200, 302),
    ("desk:whole_record_csv", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:verify_script", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:verify_script", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:withdraw", "get"): (200, 403, 404, 404, 403, 403, 403, 302),
    ("desk:withdraw", "post"): (302, 403, 404, 404, 403, 403, 403, 302),
    ("desk:close", "get"): (200, 403, 404, 404, 403, 403, 403, 302),
    ("desk:close", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:people", "get"): (200, 200, 404, 404, 200, 200, 200, 302),
    ("desk:people", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:share", "get"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("desk:share", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:take_share_back", "get"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("desk:take_share_back", "post"): (422, 403, 404, 404, 403, 403, 403, 302),
    ("desk:imports", "get"): (403, 403, 403, 403, 403, 200, 200, 302),
    ("desk:imports", "post"): (403, 403, 403, 403, 403, 422, 403, 302),
    ("desk:import_mapping", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:import_mapping", "post"): (403, 403, 403, 403, 403, 422, 403, 302),
    ("desk:import", "get"): (403, 403, 403, 403, 403, 200, 200, 302),
    ("desk:import", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:start_import", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:start_import", "post"): (403, 403, 403, 403, 403, 302, 403, 302),
    ("desk:stop_import", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:stop_import", "post"): (403, 403, 403, 403, 403, 302, 403, 302),
    ("desk:go_on_import", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:go_on_import", "post"): (403, 403, 403, 403, 403, 409, 403, 302),
    ("desk:land_import", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:land_import", "post"): (403, 403, 403, 403, 403, 409, 403, 302),
    ("desk:refused_csv", "get"): (403, 403, 403, 403, 403, 200, 200, 302),
    ("desk:refused_csv", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("desk:past_deals", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("desk:past_deals", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("guardrails:glossary", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("guardrails:glossary", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("guardrails:policy", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("guardrails:policy", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("guardrails:hand_in", "get"): (403, 403, 403, 403, 403, 200, 403, 302),
    ("guardrails:hand_in", "post"): (403, 403, 403, 403, 403, 422, 403, 302),
    ("guardrails:text", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("guardrails:text", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("guardrails:agree", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("guardrails:agree", "post"): (403, 409, 409, 403, 403, 403, 403, 302),
    ("guardrails:publish", "get"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("guardrails:publish", "post"): (403, 403, 403, 403, 403, 422, 403, 302),
    ("desk:policy_replay", "get"): (403, 200, 200, 403, 403, 200, 200, 302),
    ("desk:policy_replay", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
    ("guardrails:version", "get"): (200, 200, 200, 200, 200, 200, 200, 302),
    ("guardrails:version", "post"): (405, 405, 405, 405, 405, 405, 405, 302),
}


@dataclass(frozen=True, slots=True)
class World:
    """`known`: what the arguments of routes stand for, by name."""

    deal: Deal
    known: Mapping[str, object]

    def arguments(self, route: str) -> list[object]:
        here = {"number": self.deal.number if route.startswith("desk:") else 14}
        return [{**self.known, **here}[name] for name in routes()[route]]


@cache
def routes() -> dict[str, list[str]]:
    """Every route of ours and the names of its arguments."""
    return {f"{space}:{pattern.name}": list(pattern.pattern.converters) for space, pattern in walk()}


def walk() -> Iterator[tuple[str, URLPattern]]:
    for branch in get_resolver().url_patterns:
        if isinstance(branch, URLResolver) and branch.namespace in OURS:
            for pattern in branch.url_patterns:
                assert isinstance(pattern, URLPattern)
                yield str(branch.namespace), pattern


@pytest.fixture
def world(cast: Cast, settings: Any, tmp_path: Path) -> World:
    """Brandt with a mandate, an offer, and a second request that waits for the Finance Director, a hold, a
    concern, a question and a task with its evidence; and an import that was looked into."""
    settings.MEDIA_ROOT = tmp_path
    deal = make_brandt(cast)
    mandate: Mandate = grant_brandt(deal, cast)
    terms = mandate.request.revision.ask.target
    made = offer(deal, by=cast.maya, terms=terms, good_until=clock.today())
    request: Request = submit(ask_offer_5(deal, cast), by=cast.maya)
    import_ = begin([row("A")], cast.ines)
    begin_quarter_end(cast.ines)
    held = hold(request, reason="The reference visit.", by=cast.ines)
    concern = named(deal, cast.maya)
    step = step_of(request, "finance")
    bulk = many.begin(
        {step.pk: ""}, by=cast.ines, order=many.Order(Bulk.Verb.EXTEND, "Month end.", minutes=60)
    )
    exception = AccountException.objects.create(
        account=deal.account,
        deal=deal,
        key="discount",
        function="finance",
        value=34,
        why="They leave us else.",
        until=clock.today(),
        granted_by=cast.victor,
        granted_at=clock.now(),
    )
    days = Window(clock.now() + timedelta(days=30), clock.now() + timedelta(days=37))
    set_absence(cast.lena, days, by=cast.ines, delegate=cast.priya)
    give_chat(cast.henrik)
    asked, shown = question_on(step, cast), evidence_for(mandate, cast, tmp_path)
    (attached,) = attach(deal, by=cast.maya, files=[SimpleUploadedFile("terms.pdf", b"%PDF-")])
    link = AnswerLink.objects.filter(step=step, user=cast.henrik).latest("pk")
    known = {
        "step": step.pk,
        "offer": made.number,
        "pk": import_.pk,
        "function": "finance",
        "person": cast.lena.pk,
        "absence": Absence.objects.get().pk,
        "hold": held.pk,
        "concern": concern.number,
        "comment": comment(deal, by=cast.maya, text="In August.", sent=uuid4()).number,
        "bulk": bulk.pk,
        "exception": exception.pk,
        "question": asked.pk,
        "token": sealed.token(link.name),
        "quarter_end": QuarterEnd.objects.get().pk,
        "session": 1,
        "version": 14,
        "file": attached.pk,
        "template": keep_template(deal, by=cast.ines, name="Site", shared=True).pk,
        "view": save_view("", Keeping("Mine"), by=cast.ines).pk,
        "condition": shown.condition_id,
        "evidence": shown.pk,
    }
    return World(deal, {**known, **told_to("henrik")})


def signed_in(who: str, cast: Cast) -> Client:
    client = Client()
    if who:
        client.force_login(getattr(cast, who))
    return client


def status(route: str, method: str, client: Client, world: World) -> int:
    with transaction.atomic():
        answer = getattr(client, method)(reverse(route, args=world.arguments(route)))
        transaction.set_rollback(True)
    return int(answer.status_code)


def test_every_route_has_a_row() -> None:
    assert {route for route, _ in ACCESS} == set(routes())


@pytest.mark.long
def test_who_gets_what(world: World, cast: Cast) -> None:
    clients = [signed_in(who, cast) for who in PEOPLE]
    found = {
        (route, method): tuple(status(route, method, client, world) for client in clients)
        for route in routes()
        for method in ("get", "post")
    }
    assert found == ACCESS


@pytest.mark.parametrize("who", ["maya", "henrik", "ines"])
def test_no_get_changes_anything(who: str, world: World, cast: Cast) -> None:
    client = signed_in(who, cast)
    before = digest()
    for route in routes():
        client.get(reverse(route, args=world.arguments(route)))
    assert digest() == before
