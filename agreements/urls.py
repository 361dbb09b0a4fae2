"""Addresses of an agreement. A partnership's pages carry its slug; the verifier's carry nobody's."""

from django.urls import include, path

from agreements.views import commenting, names, paper, reading, signing, verify, writing

clause_urls = [
    path("", writing.clause, name="clause"),
    path("agree/", writing.agree, name="clause_agree"),
    path("put-forward/", writing.put_forward, name="clause_put_forward"),
    path("set-aside/", writing.set_aside, name="clause_set_aside"),
    path("comment/", commenting.comment, name="clause_comment"),
    path("remove/", writing.remove, name="clause_remove"),
    path("discard-draft/", writing.discard_draft, name="clause_discard_draft"),
]

agreement_urls = [
    path("", reading.agreement, name="agreement"),
    path("draft.pdf", reading.draft_pdf, name="draft_pdf"),
    path("names/", names.names, name="names"),
    path("agree-to-remaining/", writing.agree_to_remaining, name="agree_to_remaining"),
    path("clauses/add/", writing.add_clause, name="add_clause"),
    path("clauses/<slug:key>/", include(clause_urls)),
    path("open/", signing.open_for_signing, name="open_for_signing"),
    path("sign/", signing.sign, name="sign"),
    path("sign/name/", signing.put_name_right, name="put_name_right"),
    path("sign/paper/", paper.paper, name="paper"),
    path("sign/paper/<int:number>/scan/", paper.scan, name="paper_scan"),
    path("sign/paper/<int:number>/confirm/", paper.confirm_paper, name="paper_confirm"),
    path("sign/paper/<int:number>/refuse/", paper.refuse_paper, name="paper_refuse"),
    path("reopen/", signing.reopen, name="reopen"),
    path("amend/", signing.amend, name="amend"),
    path("end/", signing.end, name="end"),
    path("editions/<int:number>/", reading.edition, name="edition"),
    path("editions/<int:number>/signed.pdf", reading.signed_pdf, name="signed_pdf"),
    path("editions/<int:number>/record.json", reading.record, name="edition_record"),
]

urlpatterns = [
    path("verify/", verify.verify, name="verify"),
    path("verify/<str:code>/", verify.verify_code, name="verify_code"),
    path("partnerships/<slug:slug>/agreement/", include(agreement_urls)),
]
