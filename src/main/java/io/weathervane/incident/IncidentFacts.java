package io.weathervane.incident;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a bundle says, as far as it says it.
 *
 * @param trigger the event that the incident begins with
 * @param decision the last decision to roll back or escalate
 */
record IncidentFacts(
        JsonNode manifest,
        Optional<JsonNode> trigger,
        Optional<JsonNode> decision,
        List<JsonNode> events,
        JsonNode metrics,
        String flags) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> ACTING = List.of("rollback", "escalate");

    static IncidentFacts read(Path folder) throws IOException {
        List<JsonNode> events = events(folder.resolve("audit.jsonl"));
        JsonNode manifest = tree(folder.resolve("manifest.json"));
        long seq = manifest.path("triggerSeq").asLong(-1);
        return new IncidentFacts(
                manifest,
                events.stream()
                        .filter(event -> event.path("seq").asLong(-2) == seq)
                        .findFirst(),
                events.stream()
                        .filter(event -> ACTING.contains(event.path("decision").asString("")))
                        .reduce((first, second) -> second),
                events,
                tree(folder.resolve("metrics.json")),
                Files.readString(folder.resolve("flags.txt")));
    }

    boolean killSwitchOn() {
        return flags.lines().anyMatch("DISABLE_NEW|1"::equals);
    }

    /** The newest event of this kind. */
    Optional<JsonNode> last(String kind) {
        return events.stream()
                .filter(event -> event.path("kind").asString("").equals(kind))
                .reduce((a, b) -> b);
    }

    private static List<JsonNode> events(Path file) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            parsed(line).ifPresent(events::add);
        }
        return List.copyOf(events);
    }

    /** A line that redaction, or a bound, left broken is passed over. */
    private static Optional<JsonNode> parsed(String text) {
        try {
            return text.isBlank() ? Optional.empty() : Optional.of(JSON.readTree(text));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static JsonNode tree(Path file) throws IOException {
        return parsed(Files.readString(file)).orElseGet(JSON::createObjectNode);
    }
}
