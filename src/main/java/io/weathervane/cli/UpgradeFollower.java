package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.SafeText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Follows an upgrade by asking the server how it is, and shows each step once. */
final class UpgradeFollower {
    /** The tool that upgrades. */
    static final String TOOL = "upgrade_run";

    private static final Duration LOOK = Duration.ofMillis(250);
    private static final int DOING_LENGTH_MAX = 160;

    private final ToolClient client;
    private final PrintWriter out;
    private final ProgressReportFilter filter;
    private final Optional<String> service;
    private int shown;
    private boolean silent;

    /** @param service whose upgrade it is, where the command names one */
    UpgradeFollower(ToolClient client, PrintWriter out, ProgressReportFilter filter, Optional<String> service) {
        this.client = client;
        this.out = out;
        this.filter = filter;
        this.service = service;
    }

    /** One on another connection, that goes on after what this one has shown; this one shows nothing from here on. */
    synchronized UpgradeFollower handOver(ToolClient other) {
        UpgradeFollower next = new UpgradeFollower(other, out, filter, service);
        next.shown = shown;
        silent = true;
        return next;
    }

    /** Begins it and returns its name. */
    String begin(ObjectNode arguments) {
        ObjectNode begun = client.data(TOOL, arguments);
        String name = begun.path("id").asString("");
        out.println("Upgrade " + name + " has begun.");
        out.flush();
        return name;
    }

    /** Shows what it would do. */
    ObjectNode plan(ObjectNode arguments) {
        ObjectNode plan = client.data(TOOL, arguments);
        out.println("Nothing was changed (dry run).");
        plan.path("plan").forEach(line -> out.println(printable(line.asString(""))));
        if (!plan.path("passes").asBoolean(false)) {
            out.println("This upgrade would be refused: its preflight does not pass.");
        }
        out.flush();
        return plan;
    }

    /** Until it has ended, or waits for approval. */
    ObjectNode follow(String name) {
        ObjectNode state = status(name);
        while (state.path("endedAt").isNull() && !isWaiting(state)) {
            pause();
            state = status(name);
        }
        return state;
    }

    private ObjectNode status(String name) {
        ObjectNode state = client.data("upgrade_status", object().put("id", name));
        show(state);
        return state;
    }

    private synchronized void show(ObjectNode state) {
        if (silent) {
            return;
        }
        for (; shown < state.path("steps").size(); shown++) {
            JsonNode step = state.path("steps").path(shown);
            out.println((step.path("passed").asBoolean(false) ? "  ok      " : "  FAILED  ")
                    + printable(step.path("step").asString("")) + ": "
                    + printable(step.path("detail").asString("")));
        }
        String now = state.path("activity").asString("");
        if (filter.takeIfNew(now)) {
            String line = printable(now);
            out.println("  ...     " + line.substring(0, Math.min(line.length(), DOING_LENGTH_MAX)));
        }
        out.flush();
    }

    static boolean isWaiting(ObjectNode state) {
        return state.path("status").asString("").equals("waiting");
    }

    /** Asks whether to promote, as a server would ask; with what the shadow found, which may be nothing at all. */
    boolean askToPromote(String name, ObjectNode waiting, UserPrompt userPrompt) {
        ObjectNode question = object().put(
                        "message",
                        "Shadow comparison: " + shadow(waiting)
                                + (isUnverified(waiting) ? "; so nothing speaks for it" : "") + ". Promote "
                                + waiting.path("to").asString("") + " in place of "
                                + waiting.path("from").asString("no worker") + " (upgrade " + name + ")?");
        question.putObject("requestedSchema")
                .putObject("properties")
                .putObject("confirm")
                .put("type", "boolean")
                .put("title", "Promote it");
        return userPrompt.answer(question).path("content").path("confirm").asBoolean(false);
    }

    /** Whether no call was compared, so that the person agrees to that as well. */
    private static boolean isUnverified(ObjectNode state) {
        return !state.path("verified").asBoolean(true);
    }

    private static String shadow(ObjectNode state) {
        return state.path("steps")
                .valueStream()
                .filter(step -> step.path("step").asString("").equals("shadow"))
                .map(step -> printable(step.path("detail").asString("")))
                .findFirst()
                .orElse("passed");
    }

    /** The person has agreed here, so that the server need not ask once more. */
    ObjectNode resume(String name, ObjectNode waiting, UserPrompt userPrompt) {
        boolean unverified = isUnverified(waiting);
        ObjectNode arguments = object().put("id", name)
                .put("promote", true)
                .put("confirm", true)
                .put("wait", false);
        if (unverified) {
            arguments.put("allow_unverified", true);
        }
        try {
            client.data(TOOL, arguments);
        } catch (CommandFailedException e) {
            out.println(printable(String.valueOf(e.getMessage())));
            // An approval holds for the very arguments that asked for it, so this has wait false as well.
            String id = CommandLineFormatter.approvalIn(String.valueOf(e.getMessage()))
                    .orElse("...");
            out.println("The upgrade " + name + " waits. Go on with: weathervane call upgrade_run --id " + name
                    + " --promote" + (unverified ? " --allow-unverified" : "") + " --wait false --approval-id " + id
                    + named() + "; or end it with: weathervane call"
                    + " upgrade_abort" + named());
            return status(name);
        }
        ObjectNode state = status(name);
        while (isWaiting(state)) {
            pause();
            state = status(name);
        }
        return follow(name);
    }

    /** What a command that goes on has to say besides; empty for an only service. */
    String named() {
        return service.map(name -> " --service " + name).orElse("");
    }

    ObjectNode abort(String name, String reason) {
        client.data("upgrade_abort", object().put("id", name).put("reason", reason));
        return status(name);
    }

    /** The last words: what came of it, and where it is written down. */
    synchronized void sum(ObjectNode state) {
        if (silent) {
            return;
        }
        out.println();
        out.println("Upgrade " + state.path("id").asString("") + ": "
                + state.path("status").asString("")
                + (state.path("reason").isString()
                        ? ", " + printable(state.path("reason").asString(""))
                        : ""));
        String missing = texts(state.path("unwrittenRecords"));
        if (!missing.isEmpty()) {
            out.println("Not written: " + printable(missing));
        }
        state.path("advice").forEach(line -> out.println(printable(line.asString(""))));
        out.println("Records: " + state.path("folder").asString("") + " (" + texts(state.path("records")) + ")");
        out.flush();
    }

    private static String texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "));
    }

    private ObjectNode object() {
        ObjectNode arguments = JsonRpcCodec.JSON.createObjectNode();
        service.ifPresent(name -> arguments.put("service", name));
        return arguments;
    }

    /** Without what moves the cursor: a worker may have had a say in it. */
    private static String printable(String text) {
        return SafeText.line(text);
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted");
        }
    }
}
