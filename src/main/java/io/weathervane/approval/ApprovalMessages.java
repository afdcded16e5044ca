package io.weathervane.approval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Describes approvals in the words of refusals. */
final class ApprovalMessages {
    /** A line of what runs that names a file and says what is in it. */
    private static final Pattern FILE = Pattern.compile("file: (.+) (sha256 [0-9a-f]{64}|too large .*|cannot be read)");

    private ApprovalMessages() {}

    /** How far it is, as the beginning of a sentence. */
    static String is(Approval approval) {
        String by = approval.decidedBy().map(who -> " by " + who.name()).orElse("");
        String at = approval.decision().map(decision -> " at " + decision.at()).orElse("");
        String note = approval.decision()
                .flatMap(Approval.Decision::note)
                .map(text -> " (\"" + text + "\")")
                .orElse("");
        return "approval " + approval.id()
                + switch (approval.state()) {
                    case PENDING -> " is pending until " + approval.expiresAt();
                    case GRANTED -> " was granted" + by + at + " and can be used until " + approval.expiresAt();
                    case REFUSED -> " was refused" + by + at + note;
                    case USED -> " was used already; each is good for one call";
                    case EXPIRED -> " expired at " + approval.expiresAt();
                };
    }

    /** Why the call may not use the approval, and what to do instead; empty when it may. */
    static Optional<String> misfit(Approval approval, ApprovalRequest call) {
        ApprovalRequest asked = approval.request();
        String another = another(call);
        if (!call.requester().hasNameOf(asked.requester())) {
            return Optional.of("approval " + approval.id() + " belongs to "
                    + asked.requester().name() + another);
        }
        if (approval.state() == ApprovalState.PENDING) {
            return Optional.of(is(approval) + " and is not granted yet: another person with the role approver"
                    + " grants it, with scripts/weathervane call approval_grant --id " + approval.id());
        }
        if (approval.state() != ApprovalState.GRANTED) {
            return Optional.of(is(approval) + another);
        }
        return mismatch(approval, call);
    }

    private static Optional<String> mismatch(Approval approval, ApprovalRequest call) {
        ApprovalRequest asked = approval.request();
        if (!asked.tool().equals(call.tool())) {
            return Optional.of("approval " + approval.id() + " is for " + asked.tool() + ", not for " + call.tool()
                    + another(call));
        }
        if (!ChangeApprovalText.covers(asked.change(), call.change())) {
            return Optional.of("Approved: " + asked.change() + ". The call would now " + call.change()
                    + changedFiles(asked, call) + ". Request approval again. Call " + call.tool()
                    + " without approval_id");
        }
        if (!asked.argumentsText().equals(call.argumentsText())) {
            return Optional.of("approval " + approval.id() + " was given for the arguments " + asked.argumentsText()
                    + ", not for " + call.argumentsText() + "; call again with those" + another(call));
        }
        return Optional.empty();
    }

    /** Which of the files that were shown to the one who granted it are not as they were. */
    private static String changedFiles(ApprovalRequest asked, ApprovalRequest call) {
        Map<String, String> before = files(asked);
        Map<String, String> now = files(call);
        List<String> changes = new ArrayList<>();
        before.forEach((file, hash) -> {
            if (!now.containsKey(file)) {
                changes.add("The file " + file + " is gone since");
            } else if (!now.get(file).equals(hash)) {
                changes.add("The file " + file + " has changed since");
            }
        });
        now.keySet().stream()
                .filter(file -> !before.containsKey(file))
                .forEach(file -> changes.add("The file " + file + " is new since"));
        return changes.isEmpty() ? "" : ". " + String.join(". ", changes);
    }

    private static Map<String, String> files(ApprovalRequest request) {
        Map<String, String> files = new TreeMap<>();
        request.runs().stream()
                .map(FILE::matcher)
                .filter(Matcher::matches)
                .forEach(line -> files.put(line.group(1), line.group(2)));
        return files;
    }

    private static String another(ApprovalRequest call) {
        return "; call " + call.tool() + " without approval_id to ask for another one";
    }

    /** An id that the caller made up. */
    static String shown(String id) {
        return "\"" + id + "\"";
    }
}
