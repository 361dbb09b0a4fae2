"""Addresses of an agreement. A partnership's pages carry its slug; the verifier's carry nobody's."""

from django.urls import URLPattern, URLResolver, include, path

from agreements.views import agreement, clauses, comments, editions, endings, names, paper, signatures, verify

clause_urls = [
    path("", clauses.clause, name="clause"),
    path("agree/", clauses.agree, name="clause_agree"),
    path("put-forward/", clauses.put_forward, name="clause_put_forward"),
    path("set-aside/", clauses.set_aside, name="clause_set_aside"),
    path("comment/", comments.comment, name="clause_comment"),
    path("remove/", clauses.remove, name="clause_remove"),
    path("discard-draft/", clauses.discard_draft, name="clause_discard_draft"),
]

agreement_urls: list[URLPattern | URLResolver] = [
    path("", agreement.agreement, name="agreement"),
    path("draft.pdf", agreement.draft_pdf, name="draft_pdf"),
    path("names/", names.names, name="names"),
    path("agree-to-remaining/", clauses.agree_to_remaining, name="agree_to_remaining"),
    path("clauses/add/", clauses.add_clause, name="add_clause"),
    path("clauses/<slug:key>/", include(clause_urls)),
    path("open/", signatures.open_for_signing, name="open_for_signing"),
    path("sign/", signatures.sign, name="sign"),
    path("sign/name/", signatures.put_name_right, name="put_name_right"),
    path("sign/paper/", paper.paper, name="paper"),
    path("sign/paper/<int:number>/scan/", paper.scan, name="paper_scan"),
    path("sign/paper/<int:number>/picture/", paper.scan_picture, name="paper_picture"),
    path("sign/paper/<int:number>/confirm/", paper.confirm_paper, name="paper_confirm"),
    path("sign/paper/<int:number>/refuse/", paper.refuse_paper, name="paper_refuse"),
    path("reopen/", signatures.reopen, name="reopen"),
    path("amend/", endings.amend, name="amend"),
    path("end/", endings.end, name="end"),
    path("editions/<int:number>/", editions.edition, name="edition"),
    path("editions/<int:number>/signed.pdf", editions.signed_pdf, name="signed_pdf"),
    path("editions/<int:number>/record.json", editions.record, name="edition_record"),
]

urlpatterns = [
    path("verify/", verify.verify, name="verify"),
    path("verify/<str:code>/", verify.verify_code, name="verify_code"),
    path("partnerships/<slug:slug>/agreement/", include(agreement_urls)),
]
