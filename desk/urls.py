from django.urls import path

from desk.views.actions import close, withdraw
from desk.views.answering import answer
from desk.views.approvals import approvals
from desk.views.away import away, away_people, end_away, hand_in_calendar
from desk.views.begin import begin_from, keep, remove_template, take_recorded
from desk.views.brief import brief, brief_ask, brief_rows, brief_settle, brief_use
from desk.views.bulk import bulk, bulk_go_on, bulk_refused, bulk_run
from desk.views.calendars import calendar, calendars
from desk.views.comments import comment, comments, take_comment_back
from desk.views.concerns import add_to_concern, answer_concern, concerns, receipt, withdraw_concern
from desk.views.deal import deal
from desk.views.decisions import decisions, decisions_json, decisions_pdf
from desk.views.economics import economics
from desk.views.exceptions import deal_exceptions, drop_deal_exception, exceptions, revoke
from desk.views.files import file, files, remove
from desk.views.holds import place_hold, release_hold
from desk.views.home import counts, home
from desk.views.imports import (
    go_on_import,
    import_mapping,
    import_page,
    imports,
    land_import,
    past_deals,
    refused_csv,
    start_import,
    stop_import,
)
from desk.views.in_return import ask, condition, evidence, question, take_question_back
from desk.views.intervene import intervene
from desk.views.leakage import leakage, leakage_csv
from desk.views.lists import deals, reviews
from desk.views.looking_after import call
from desk.views.new_brief import new_brief
from desk.views.offers import check_offer, more_room, offers
from desk.views.one_page import brief_pdf
from desk.views.operations import operations, replay
from desk.views.overrides import overrides, overrides_csv
from desk.views.paste import paste
from desk.views.people import people, share, take_share_back
from desk.views.pools import ask_too, give_back, start_watching, stop_watching, take
from desk.views.profile import profile, sign_out_elsewhere, sign_out_of
from desk.views.quarter_end import end_quarter_end, quarter_ends
from desk.views.queue import queue, queue_csv
from desk.views.rates import load, rates
from desk.views.recompute import recompute
from desk.views.record import record, record_csv, verify_script
from desk.views.replayed import policy_replay
from desk.views.review import effect, review
from desk.views.saved_views import drop_view, saved_view, saved_views
from desk.views.search import find, find_deals
from desk.views.together import review_all
from desk.views.whole_record import whole_record, whole_record_csv

app_name = "desk"
urlpatterns = [
    path("", home, name="home"),
    path("counts/", counts, name="counts"),
    path("search/", find, name="search"),
    path("search/deals/", find_deals, name="search_deals"),
    path("profile/", profile, name="profile"),
    path("profile/sign-out/", sign_out_elsewhere, name="sign_out_elsewhere"),
    path("profile/sign-out/<int:session>/", sign_out_of, name="sign_out_of"),
    path("queue/", queue, name="queue"),
    path("queue/views/", saved_views, name="saved_views"),
    path("queue/views/<int:view>/", saved_view, name="saved_view"),
    path("queue/views/<int:view>/delete/", drop_view, name="drop_view"),
    path("queue.csv", queue_csv, name="queue_csv"),
    path("queue/bulk/", bulk, name="bulk"),
    path("queue/bulk/<int:bulk>/", bulk_run, name="bulk_run"),
    path("queue/bulk/<int:bulk>/go-on/", bulk_go_on, name="bulk_go_on"),
    path("queue/bulk/<int:bulk>/refused.csv", bulk_refused, name="bulk_refused"),
    path("insights/leakage/", leakage, name="leakage"),
    path("insights/leakage.csv", leakage_csv, name="leakage_csv"),
    path("insights/overrides/", overrides, name="overrides"),
    path("insights/overrides.csv", overrides_csv, name="overrides_csv"),
    path("operations/", operations, name="operations"),
    path("operations/replay/", replay, name="replay"),
    path("exceptions/", exceptions, name="exceptions"),
    path("exceptions/<int:exception>/revoke/", revoke, name="revoke_exception"),
    path("policy/<int:version>/replay/", policy_replay, name="policy_replay"),
    path("policy/quarter-end/", quarter_ends, name="quarter_ends"),
    path("policy/quarter-end/<int:quarter_end>/off/", end_quarter_end, name="end_quarter_end"),
    path("calendars/", calendars, name="calendars"),
    path("calendars/recompute/", recompute, name="recompute"),
    path("calendars/<str:function>/", calendar, name="calendar"),
    path("away/", away, name="away"),
    path("away/people/", away_people, name="away_people"),
    path("away/people/<int:person>/", away, name="away_of"),
    path("away/people/<int:person>/calendar/", hand_in_calendar, name="hand_in_calendar"),
    path("away/<int:absence>/end/", end_away, name="end_away"),
    path("rates/", rates, name="rates"),
    path("rates/load/", load, name="load_rates"),
    path("deals/", deals, name="deals"),
    path("imports/", imports, name="imports"),
    path("imports/mapping/", import_mapping, name="import_mapping"),
    path("imports/<int:pk>/", import_page, name="import"),
    path("imports/<int:pk>/start/", start_import, name="start_import"),
    path("imports/<int:pk>/stop/", stop_import, name="stop_import"),
    path("imports/<int:pk>/go-on/", go_on_import, name="go_on_import"),
    path("imports/<int:pk>/land/", land_import, name="land_import"),
    path("imports/<int:pk>/refused.csv", refused_csv, name="refused_csv"),
    path("answer/<str:token>/", answer, name="answer"),
    path("reviews/", reviews, name="reviews"),
    path("reviews/<int:step>/", review, name="review"),
    path("reviews/<int:step>/effect/", effect, name="review_effect"),
    path("reviews/<int:step>/ask/", ask, name="ask"),
    path("questions/<int:question>/", question, name="question"),
    path("questions/<int:question>/take-back/", take_question_back, name="take_question_back"),
    path("conditions/<int:condition>/", condition, name="condition"),
    path("conditions/<int:condition>/evidence/<int:evidence>/", evidence, name="evidence"),
    path("reviews/<int:step>/take/", take, name="take"),
    path("reviews/<int:step>/give-back/", give_back, name="give_back"),
    path("reviews/<int:step>/ask-too/", ask_too, name="ask_too"),
    path("reviews/<int:step>/all/", review_all, name="review_all"),
    path("reviews/<int:step>/intervene/", intervene, name="intervene"),
    path("reviews/<int:step>/call-desk/", call, name="call_desk"),
    path("deals/new/from/", begin_from, name="begin_from"),
    path("deals/templates/<int:template>/remove/", remove_template, name="remove_template"),
    path("deals/new/", new_brief, name="new_brief"),
    path("deals/past/", past_deals, name="past_deals"),
    path("deals/<str:number>/", deal, name="deal"),
    path("deals/<str:number>/brief/", brief, name="brief"),
    path("deals/<str:number>/brief.pdf", brief_pdf, name="brief_pdf"),
    path("deals/<str:number>/brief/rows/", brief_rows, name="brief_rows"),
    path("deals/<str:number>/brief/lines/", paste, name="brief_paste"),
    path("deals/<str:number>/brief/template/", keep, name="keep_template"),
    path("deals/<str:number>/brief/recorded/", take_recorded, name="take_recorded"),
    path("deals/<str:number>/brief/use/", brief_use, name="brief_use"),
    path("deals/<str:number>/brief/ask/", brief_ask, name="brief_ask"),
    path("deals/<str:number>/brief/settle/", brief_settle, name="brief_settle"),
    path("deals/<str:number>/files/", files, name="files"),
    path("deals/<str:number>/files/<int:file>/", file, name="file"),
    path("deals/<str:number>/files/<int:file>/remove/", remove, name="remove_file"),
    path("deals/<str:number>/exceptions/", deal_exceptions, name="deal_exceptions"),
    path("deals/<str:number>/exceptions/drop/", drop_deal_exception, name="drop_exception"),
    path("deals/<str:number>/offers/", offers, name="offers"),
    path("deals/<str:number>/offers/check/", check_offer, name="check_offer"),
    path("deals/<str:number>/offers/<int:offer>/more-room/", more_room, name="more_room"),
    path("deals/<str:number>/economics/", economics, name="economics"),
    path("deals/<str:number>/approvals/", approvals, name="approvals"),
    path("concerns/", receipt, name="receipt"),
    path("deals/<str:number>/concerns/", concerns, name="concerns"),
    path("deals/<str:number>/concerns/<int:concern>/answer/", answer_concern, name="answer_concern"),
    path("deals/<str:number>/concerns/<int:concern>/add/", add_to_concern, name="add_to_concern"),
    path("deals/<str:number>/concerns/<int:concern>/withdraw/", withdraw_concern, name="withdraw_concern"),
    path("deals/<str:number>/comments/", comments, name="comments"),
    path("deals/<str:number>/comments/<int:comment>/", comment, name="comment"),
    path("deals/<str:number>/comments/<int:comment>/take-back/", take_comment_back, name="take_comment_back"),
    path("deals/<str:number>/hold/", place_hold, name="place_hold"),
    path("deals/<str:number>/holds/<int:hold>/release/", release_hold, name="release_hold"),
    path("deals/<str:number>/decisions/", decisions, name="decisions"),
    path("deals/<str:number>/decisions.pdf", decisions_pdf, name="decisions_pdf"),
    path("deals/<str:number>/decisions.json", decisions_json, name="decisions_json"),
    path("deals/<str:number>/record/", record, name="record"),
    path("deals/<str:number>/record.csv", record_csv, name="record_csv"),
    path("record/", whole_record, name="whole_record"),
    path("record.csv", whole_record_csv, name="whole_record_csv"),
    path("record/verify_record.py", verify_script, name="verify_script"),
    path("deals/<str:number>/watch/", start_watching, name="watch"),
    path("deals/<str:number>/unwatch/", stop_watching, name="unwatch"),
    path("deals/<str:number>/withdraw/", withdraw, name="withdraw"),
    path("deals/<str:number>/close/", close, name="close"),
    path("deals/<str:number>/people/", people, name="people"),
    path("deals/<str:number>/share/", share, name="share"),
    path("deals/<str:number>/share/take-back/", take_share_back, name="take_share_back"),
]
