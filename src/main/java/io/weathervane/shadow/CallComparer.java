package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.worker.Role;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Has one call answered by both workers and takes down what differs. */
final class CallComparer {
    /** So often is the active worker asked again, to tell a difference from its own unsteadiness. */
    private static final int SECOND_OPINIONS_MAX = 200;

    private final WorkerPairCaller pair;
    private final ResultNormaliser normaliser;
    private final ReportRedactor redactor;
    private final ShadowFindingsCollector findings;
    private final ShadowComparisonConfig config;
    private final Clock clock;
    private int secondOpinions;
    private boolean canaryFirst;

    CallComparer(
            WorkerPairCaller pair,
            ResultNormaliser normaliser,
            ReportRedactor redactor,
            ShadowFindingsCollector findings,
            ShadowComparisonConfig config,
            Clock clock) {
        this.pair = pair;
        this.normaliser = normaliser;
        this.redactor = redactor;
        this.findings = findings;
        this.config = config;
        this.clock = clock;
    }

    /** Asks both, each in turn first: what the one warms up behind them helps the other. */
    void compare(ShadowCall call) {
        canaryFirst = !canaryFirst;
        ShadowAnswer early = pair.call(canaryFirst ? Role.CANARY : Role.ACTIVE, call);
        ShadowAnswer late = pair.call(canaryFirst ? Role.ACTIVE : Role.CANARY, call);
        judge(call, canaryFirst ? late : early, canaryFirst ? early : late);
    }

    /** Asks the canary alone. */
    void compare(ShadowCall call, ShadowAnswer active) {
        judge(call, active, pair.call(Role.CANARY, call));
    }

    private void judge(ShadowCall call, ShadowAnswer active, ShadowAnswer canary) {
        if (pair.cancelled()) {
            return;
        }
        if (canary.kind() == ShadowAnswer.Kind.GONE) {
            findings.stop("the canary ended in a call of " + call.tool() + ": " + redactor.text(canary.words()));
        }
        if (active.kind() == ShadowAnswer.Kind.NONE || canary.kind() == ShadowAnswer.Kind.NONE) {
            findings.skipped(call, active.kind() == ShadowAnswer.Kind.NONE ? active.words() : canary.words());
        } else if (!active.comparable()) {
            activeFailed(call, active);
        } else {
            findings.compared(call, active, canary);
            if (!canary.comparable()) {
                canaryFailed(call, active, canary);
            } else if (active.failed() && !canary.failed()) {
                noLongerFailing(call, active, canary);
            } else {
                differences(call, active, canary);
            }
        }
    }

    private void activeFailed(ShadowCall call, ShadowAnswer active) {
        findings.skipped(call, "no answer of the active worker: " + redactor.text(active.words()));
        findings.activeFailures++;
        if (active.kind() == ShadowAnswer.Kind.GONE || findings.activeFailures >= failuresMax()) {
            findings.stop("the active worker does not answer, so there is nothing to compare with: "
                    + redactor.text(active.words()));
        }
    }

    private void canaryFailed(ShadowCall call, ShadowAnswer active, ShadowAnswer canary) {
        String words = redactor.text(canary.words());
        findings.canaryFailed(words);
        findings.add(new CallDifference(
                call.source(),
                call.tool(),
                redactor.arguments(call),
                "no-answer",
                "",
                new DifferenceExcerpt.Both(excerpt(active), words)));
        if (findings.canaryFailures >= failuresMax()) {
            findings.stop("the canary failed to answer " + findings.canaryFailures + " calls, the rest was not tried");
        }
    }

    private int failuresMax() {
        return config.thresholds().failuresMax();
    }

    /** What an active worker that fails only at times says when it does not fail, is what the canary is compared with. */
    private void noLongerFailing(ShadowCall call, ShadowAnswer active, ShadowAnswer canary) {
        Optional<ShadowAnswer> result = askAgain(call).filter(answer -> answer.comparable() && !answer.failed());
        if (result.isPresent()) {
            findings.nondeterministic(call, "");
            differences(call, result.get(), canary);
        } else {
            fixed(call, active, canary);
        }
    }

    private void fixed(ShadowCall call, ShadowAnswer active, ShadowAnswer canary) {
        if (config.accepted().contains(new AcceptedToolChange(call.tool(), AcceptedToolChange.Kind.FIXED))) {
            findings.acceptedFixes.merge(call.tool(), 1L, Long::sum);
            return;
        }
        findings.fixed.merge(call.tool(), 1L, Long::sum);
        findings.tool(call.tool()).different++;
        findings.add(new CallDifference(
                call.source(),
                call.tool(),
                redactor.arguments(call),
                AcceptedToolChange.Kind.FIXED.wireName(),
                "",
                new DifferenceExcerpt.Both(excerpt(active), excerpt(canary))));
    }

    private String excerpt(ShadowAnswer answer) {
        return answer.kind() == ShadowAnswer.Kind.ERROR
                ? "error: " + redactor.text(answer.words())
                : redactor.text(JsonRpcCodec.text(answer.value()));
    }

    private void differences(ShadowCall call, ShadowAnswer active, ShadowAnswer canary) {
        List<ValueDifference> found = between(active, canary);
        if (found.isEmpty()) {
            return;
        }
        NondeterminismFilter nondeterminism = secondOpinion(call, active, canary);
        List<ValueDifference> real =
                found.stream().filter(each -> !nondeterminism.excuses(each)).toList();
        found.stream().filter(nondeterminism::excuses).forEach(each -> findings.nondeterministic(call, each.pointer()));
        real.forEach(each -> findings.add(difference(call, each, active, canary)));
        ToolCallFigures figures = findings.tool(call.tool());
        figures.different += real.isEmpty() ? 0 : 1;
        // The active worker failed at this call as well, when it was asked again.
        figures.activeErrors += real.isEmpty() && canary.failed() && !active.failed() ? 1 : 0;
    }

    private List<ValueDifference> between(ShadowAnswer active, ShadowAnswer canary) {
        if (failed(active) != failed(canary)) {
            return List.of(new ValueDifference("", active.value(), canary.value()));
        }
        return ResultDiff.of(normal(active, Role.ACTIVE), normal(canary, Role.CANARY));
    }

    private NondeterminismFilter secondOpinion(ShadowCall call, ShadowAnswer active, ShadowAnswer canary) {
        Optional<ShadowAnswer> asked = askAgain(call).filter(ShadowAnswer::comparable);
        if (asked.isEmpty()) {
            return NondeterminismFilter.STEADY;
        }
        ShadowAnswer again = asked.get();
        if (failed(again) != failed(active)) {
            boolean asCanary =
                    failed(again) == failed(canary) && between(again, canary).isEmpty();
            return asCanary ? NondeterminismFilter.NONE : NondeterminismFilter.STEADY;
        }
        return NondeterminismFilter.of(normal(active, Role.ACTIVE), normal(again, Role.ACTIVE));
    }

    /** The active worker's second answer; empty when it was asked often enough. */
    private Optional<ShadowAnswer> askAgain(ShadowCall call) {
        if (secondOpinions == SECOND_OPINIONS_MAX) {
            return Optional.empty();
        }
        secondOpinions++;
        return Optional.of(pair.call(Role.ACTIVE, call));
    }

    private static boolean failed(ShadowAnswer answer) {
        return answer.kind() == ShadowAnswer.Kind.ERROR;
    }

    private JsonNode normal(ShadowAnswer answer, Role role) {
        return normaliser.normal(answer.value(), pair.label(role), Instant.now(clock));
    }

    private CallDifference difference(
            ShadowCall call, ValueDifference difference, ShadowAnswer active, ShadowAnswer canary) {
        boolean answer = failed(active) != failed(canary);
        DifferenceExcerpt.Both values =
                answer ? new DifferenceExcerpt.Both(excerpt(active), excerpt(canary)) : redactor.pair(difference);
        return new CallDifference(
                call.source(),
                call.tool(),
                redactor.arguments(call),
                answer ? "answer" : difference.kind(),
                difference.pointer(),
                values);
    }
}
