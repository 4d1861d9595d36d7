"""Who keeps the registers, who reads and writes papers, and who decides on one."""

import rules

from accounts.flows import Role
from accounts.rules import holds_in_area
from correspondence.flows import HEADS, KEEPERS, OFFICE, PaperKind
from workflows.services import approvals_of, open_approvals

works_here = holds_in_area(*OFFICE)
is_head = holds_in_area(*HEADS)


@rules.predicate
def is_open(user, record) -> bool:
    return record is not None and not record.secrecy


@rules.predicate
def made_it(user, paper) -> bool:
    return paper is not None and paper.made_by_id == user.pk


@rules.predicate
def checks_it(user, paper) -> bool:
    """In the chain of the paper in a role that is not a head's."""
    if paper is None or paper.area_id not in user.areas_as(Role.WORKGROUP_HEAD):
        return False
    return approvals_of(paper).filter(role=Role.WORKGROUP_HEAD).exists()


@rules.predicate
def is_next_approver(user, paper) -> bool:
    """It is the turn of a role that the user holds over the paper's area."""
    if paper is None or paper.state != "routing":
        return False
    waiting = open_approvals(paper)
    return bool(waiting) and paper.area_id in user.areas_as(waiting[0].role)


@rules.predicate
def asks_for_oneself(user, paper) -> bool:
    """A memo asks for something; its maker does not grant it. A letter its maker may sign."""
    return paper is not None and paper.kind == PaperKind.MEMO and paper.made_by_id == user.pk


reads_paper = works_here & (is_open | made_it | is_head | checks_it)

rules.add_perm("correspondence.see_paper", reads_paper)
rules.add_perm("correspondence.create_paper", works_here)
"""Asked with the area office."""
rules.add_perm("correspondence.write_paper", works_here & (made_it | (is_open & holds_in_area(*KEEPERS)) | is_head))
rules.add_perm("correspondence.submit_paper", works_here & made_it)
rules.add_perm("correspondence.decide_paper", is_next_approver & ~asks_for_oneself)
rules.add_perm("correspondence.send_paper", works_here & (made_it | (is_open & holds_in_area(*KEEPERS)) | is_head))
rules.add_perm("correspondence.void_paper", (is_open & holds_in_area(*KEEPERS)) | is_head)


@rules.predicate
def entered_it(user, entry) -> bool:
    return entry is not None and entry.by_id == user.pk


@rules.predicate
def reads_its_paper(user, entry) -> bool:
    paper = getattr(entry, "paper", None)
    return paper is not None and reads_paper(user, paper)


rules.add_perm("correspondence.see_register", works_here)
rules.add_perm("correspondence.see_entry", works_here & (is_open | entered_it | is_head | reads_its_paper))
rules.add_perm("correspondence.keep_register", holds_in_area(*KEEPERS))
"""Asked with the area office, or with a line: take a number, correct what stands beside it, cancel it."""
