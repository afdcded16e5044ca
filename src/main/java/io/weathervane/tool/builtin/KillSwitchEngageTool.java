package io.weathervane.tool.builtin;

import io.weathervane.flags.EngageResult;
import io.weathervane.flags.LiveFlags;
import io.weathervane.reader.FlagReaders;
import io.weathervane.reader.ReadersReport;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.JsonFields;
import io.weathervane.tool.presentation.KillSwitchJson;
import io.weathervane.tool.presentation.KillSwitchText;
import io.weathervane.tool.presentation.ReadersJson;
import io.weathervane.util.DurationFormat;
import io.weathervane.util.SafeText;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** {@code kill_switch_engage}: the safe direction, one step, no approval (runbook part 2). */
public final class KillSwitchEngageTool implements Tool {
    /** Longest wait for readers: 20 s, within what a command waits for an answer. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(20);

    /** Longest part of a wait that a message repeats. */
    private static final int SHOWN_MAX = 40;

    private final ToolDefinition definition;
    private final LiveFlags flags;
    private final FlagReaders readers;

    public KillSwitchEngageTool(SchemaCatalog schemas, LiveFlags flags, FlagReaders readers) {
        this.definition = schemas.definition("kill_switch_engage");
        this.flags = flags;
        this.readers = readers;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public boolean needsWorkers() {
        return false;
    }

    @Override
    public boolean makesSafe(ObjectNode arguments) {
        return true;
    }

    @Override
    public boolean canMakeSafe() {
        return true;
    }

    @Override
    public ToolResult call(ToolCall call) {
        ToolArguments arguments = ToolArguments.of(call);
        String reason = arguments.reasonOr("Manual emergency stop");
        EngageResult engageResult = flags.engage(reason, arguments.actor(), Optional.empty());
        ObjectNode answer = JsonFields.object()
                .put("alreadyEngaged", engageResult.alreadyEngaged())
                .put("epoch", engageResult.epoch());
        answer.put("durable", engageResult.status().durable());
        answer.set("killSwitch", KillSwitchJson.of(engageResult.status()));
        JsonFields.putOptional(answer, "warning", engageResult.warning());
        String text = (engageResult.alreadyEngaged() ? "It was on already. " : "Done. ")
                + KillSwitchText.sentence(engageResult.status())
                + " Every live flag has its safe default; promotions are refused."
                + engageResult.warning().map(why -> " Warning: " + why).orElse("");
        String proof = arguments.text("wait").map(wait -> proof(wait, answer)).orElse("");
        return ToolResult.of(text + proof, answer);
    }

    /** A wait that cannot be read refuses nothing: the switch is engaged by now, only its proof is missing. */
    private String proof(String wait, ObjectNode answer) {
        Optional<Duration> limit = DurationFormat.parse(wait);
        if (limit.isEmpty()) {
            answer.put("verified", false);
            return " Not waited for readers: \"" + SafeText.line(wait, SHOWN_MAX)
                    + "\" is no duration; allowed is 500ms or 5s, at most " + DurationFormat.format(WAIT_MAX) + ".";
        }
        return acknowledged(limit.get().compareTo(WAIT_MAX) > 0 ? WAIT_MAX : limit.get(), answer);
    }

    /** The switch is engaged by now; what is waited for is the proof. No reader at all proves nothing, and says so. */
    private String acknowledged(Duration limit, ObjectNode answer) {
        ReadersReport report = await(limit);
        boolean verified = report.readers() > 0 && report.isComplete();
        answer.put("verified", verified);
        answer.set("readers", ReadersJson.of(report));
        return (verified ? " Acknowledged: " : " Not acknowledged by all: ") + report.sentence() + ".";
    }

    private ReadersReport await(Duration limit) {
        try {
            return readers.await(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return readers.report();
        }
    }
}
