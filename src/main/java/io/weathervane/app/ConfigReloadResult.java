package io.weathervane.app;

import io.weathervane.config.ConfigChanges;
import io.weathervane.jsonrpc.JsonRpcCodec;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * Outcome of reading the configuration again, or the one that it would have.
 *
 * @param changes against what is in force; what needs a restart, against what the server was started with
 * @param waiting what goes on by the settings before, a sentence each
 * @param problems why it is refused
 * @param notes what should be known of it and is no reason to refuse it
 */
record ConfigReloadResult(
        Outcome outcome,
        Path file,
        ConfigChanges changes,
        List<String> waiting,
        List<String> problems,
        List<String> notes) {
    enum Outcome {
        RELOADED,
        UNCHANGED,
        REFUSED;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static ConfigReloadResult refused(Path file, List<String> problems, List<String> notes) {
        return new ConfigReloadResult(
                Outcome.REFUSED, file, new ConfigChanges(List.of(), List.of()), List.of(), problems, notes);
    }

    ObjectNode json() {
        ObjectNode json = JsonRpcCodec.JSON
                .createObjectNode()
                .put("outcome", outcome.wireName())
                .put("file", file.toString());
        changes.live().forEach(json.putArray("changed")::add);
        changes.restart().forEach(json.putArray("needsRestart")::add);
        waiting.forEach(json.putArray("waiting")::add);
        problems.forEach(json.putArray("problems")::add);
        notes.forEach(json.putArray("notes")::add);
        return json;
    }
}
