package io.weathervane.incident;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.DeferredAuditEntry;
import io.weathervane.util.PrivateFiles;
import io.weathervane.util.RedactedText;
import io.weathervane.util.Redactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Collects what the runbook's step 2 collects, under the same names, and more, with secrets taken out. A
 * bundle is there whole or not at all; a source that cannot be read is named in its file and in the manifest.
 */
public final class EvidenceCollector {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Most bytes of a copied state file or configuration: 1 MiB. */
    private static final int COPY_BYTES_MAX = 1024 * 1024;

    private static final String KILL_SWITCH = "DISABLE_NEW";

    private final EvidenceSources sources;
    private final Path incidents;
    private final Clock clock;

    public EvidenceCollector(EvidenceSources sources, Path incidents, Clock clock) {
        this.sources = sources;
        this.incidents = incidents;
        this.clock = clock;
    }

    /** The text of one file, made when its turn comes. */
    @FunctionalInterface
    private interface Content {
        Piece read() throws IOException;
    }

    /**
     * One collection, as its manifest names it.
     *
     * @param from how far the audit and the log go back
     */
    private record Collection(String id, String title, Instant from, Instant at) {}

    private record Piece(RedactedText redaction, boolean cut) {
        static Piece of(String text) {
            return new Piece(Redactor.redact(text), false);
        }
    }

    /**
     * Writes a bundle.
     *
     * @param title a short name, part of the id
     * @param lookBack how far the audit and the log go back
     * @throws IncidentException when it was stopped or could not be written; nothing is left of it
     */
    public EvidenceBundle collect(String title, Duration lookBack, EvidenceProgressListener progress) {
        Instant now = clock.instant();
        Collection collection = new Collection(freeId(title, now), title, now.minus(lookBack), now);
        try (EvidenceBundleWriter bundleWriter = new EvidenceBundleWriter(incidents, collection.id())) {
            List<String> unavailable = new ArrayList<>();
            AuditEvidence audit = audit(collection.from(), unavailable);
            int redactions = writeAll(bundleWriter, contents(collection.from(), audit), progress, unavailable);
            ObjectNode manifest = manifest(collection, bundleWriter.files(), redactions, unavailable, audit.trigger());
            bundleWriter.writeManifest(JSON.writeValueAsString(manifest));
            return new EvidenceBundle(
                    collection.id(),
                    bundleWriter.finish(),
                    bundleWriter.files(),
                    summary(bundleWriter, audit, redactions, unavailable),
                    redactions);
        } catch (IOException e) {
            throw new IncidentException("the evidence could not be written to " + incidents + ": " + e.getMessage(), e);
        }
    }

    private String freeId(String title, Instant now) {
        try {
            return IncidentIds.free(incidents, title, now);
        } catch (IOException e) {
            throw new IncidentException("the incidents cannot be listed: " + e.getMessage(), e);
        }
    }

    /** A database that fails is a reason to collect, not to stop. */
    private AuditEvidence audit(Instant from, List<String> unavailable) {
        List<DeferredAuditEntry> unwritten = sources.unwritten().get();
        try {
            return AuditEvidence.read(sources.audit(), from).with(unwritten);
        } catch (RuntimeException e) {
            unavailable.add(Redactor.clean("audit.jsonl: " + why(e)));
            return AuditEvidence.none().with(unwritten);
        }
    }

    private static String why(Exception e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
    }

    private static int writeAll(
            EvidenceBundleWriter bundleWriter,
            Map<String, Content> contents,
            EvidenceProgressListener progress,
            List<String> unavailable)
            throws IOException {
        int done = 0;
        int redactions = 0;
        for (Map.Entry<String, Content> content : contents.entrySet()) {
            report(progress, done++, contents.size(), content.getKey());
            Piece piece = read(content.getKey(), content.getValue(), unavailable);
            bundleWriter.write(content.getKey(), piece.redaction().text(), piece.cut());
            redactions += piece.redaction().count();
        }
        report(progress, done, contents.size(), "manifest.json");
        return redactions;
    }

    private static void report(EvidenceProgressListener progress, int done, int total, String file) {
        if (!progress.report(done, total, file)) {
            throw new IncidentException("the collection was cancelled; nothing was kept");
        }
    }

    private static Piece read(String name, Content content, List<String> unavailable) {
        try {
            return content.read();
        } catch (IOException | RuntimeException e) {
            String why = why(e);
            unavailable.add(Redactor.clean(name + ": " + why));
            return Piece.of(
                    name.endsWith(".json")
                            ? JSON.writeValueAsString(JSON.createObjectNode().put("unavailable", why))
                            : "unavailable: " + why + "\n");
        }
    }

    private Map<String, Content> contents(Instant from, AuditEvidence audit) {
        Map<String, Content> contents = new LinkedHashMap<>();
        contents.put("worker_state.json", () -> copy(sources.files().workerState()));
        contents.put("metrics.json", () -> copy(sources.files().metrics()));
        contents.put("rollback_logs.txt", () -> log(LogEvidence::rollbacks));
        contents.put("errors.txt", () -> log(LogEvidence::errors));
        contents.put("flags.txt", () -> Piece.of(flagLines()));
        contents.put("flags.json", () -> Piece.of(JSON.writeValueAsString(flagTable())));
        contents.put(
                "checks.json",
                () -> Piece.of(
                        JSON.writeValueAsString(audit.checks(sources.monitor().get()))));
        contents.put(
                "failures.json",
                () -> Piece.of(JSON.writeValueAsString(
                        audit.failures(sources.monitor().get().path("failures")))));
        contents.put("audit.jsonl", () -> new Piece(Redactor.redact(audit.lines()), audit.cut()));
        contents.put("log_tail.txt", () -> log(log -> log.since(from)));
        contents.put("config.yaml", this::config);
        contents.put(
                "environment.txt",
                () -> new Piece(Redactor.redactEnvironment(EnvironmentEvidence.of(sources.environment())), false));
        return contents;
    }

    private static Piece copy(Path file) throws IOException {
        FileTail tail = FileTail.of(file, COPY_BYTES_MAX);
        return new Piece(Redactor.redact(tail.text()), tail.cut());
    }

    private Piece log(Function<LogEvidence, String> part) throws IOException {
        Path file = sources.files().messageLog().orElseThrow(() -> new IncidentException("there is no log file"));
        LogEvidence log = LogEvidence.read(file);
        return new Piece(Redactor.redact(part.apply(log)), log.cut());
    }

    private Piece config() throws IOException {
        if (sources.files().config().isEmpty()) {
            return Piece.of("# no configuration file: everything at its default\n");
        }
        return new Piece(
                Redactor.redactConfig(Files.readString(
                        PrivateFiles.requireOwn(sources.files().config().orElseThrow()))),
                false);
    }

    /**
     * As the runbook's {@code sqlite3} prints them: {@code DISABLE_NEW|1}. A kill switch that is on in this server only is
     * on here, too, and says what the database has.
     */
    private String flagLines() {
        StringBuilder lines = new StringBuilder();
        sources.flags().get().stream()
                .sorted(Comparator.comparing(FlagRow::key))
                .forEach(flag -> lines.append(line(flag)));
        return lines.toString();
    }

    private static String line(FlagRow flag) {
        boolean onInMemoryOnly = flag.key().equals(KILL_SWITCH)
                && flag.effective().equals("1")
                && flag.stored().filter("1"::equals).isEmpty();
        return onInMemoryOnly
                ? flag.key() + "|1\n# " + flag.key() + " is in effect in the server; the database had "
                        + flag.stored().orElse("no row") + " when it was last read\n"
                : flag.stored().map(value -> flag.key() + "|" + value + "\n").orElse("");
    }

    private JsonNode flagTable() {
        ArrayNode rows = JSON.createArrayNode();
        sources.flags()
                .get()
                .forEach(flag -> rows.addObject()
                        .put("key", flag.key())
                        .put("stored", flag.stored().orElse(null))
                        .put("held", flag.held().orElse(null))
                        .put("effective", flag.effective()));
        return rows;
    }

    private static ObjectNode manifest(
            Collection collection,
            List<EvidenceFile> files,
            int redactions,
            List<String> unavailable,
            Optional<AuditEvent> trigger) {
        ObjectNode manifest = JSON.createObjectNode()
                .put("id", collection.id())
                .put("title", Redactor.clean(collection.title()))
                .put("collectedAt", collection.at().toString())
                .put("from", collection.from().toString())
                .put("redactions", redactions)
                .put(
                        "triggerSeq",
                        trigger.filter(AuditEvidence::isWritten)
                                .map(AuditEvent::seq)
                                .orElse(null));
        ArrayNode rows = manifest.putArray("files");
        files.forEach(file -> rows.addObject()
                .put("name", file.name())
                .put("bytes", file.bytes())
                .put("sha256", file.sha256())
                .put("cut", file.cut()));
        ArrayNode missing = manifest.putArray("unavailable");
        unavailable.forEach(missing::add);
        return manifest;
    }

    private static String summary(
            EvidenceBundleWriter bundleWriter, AuditEvidence audit, int redactions, List<String> unavailable) {
        String happened = audit.trigger()
                .map(event -> "Latest: " + event.kind().wireName() + " at " + event.at() + " by "
                        + event.actor().name() + reason(event) + ".")
                .orElse("No rollback, escalation or kill switch in this time.");
        return happened + " " + bundleWriter.files().size() + " files, " + audit.size() + " audit events"
                + (audit.unwritten() == 0 ? "" : " (" + audit.unwritten() + " of them not in the database yet)") + ", "
                + redactions
                + " secrets taken out"
                + (unavailable.isEmpty() ? "." : "; unavailable: " + String.join("; ", unavailable) + ".");
    }

    private static String reason(AuditEvent event) {
        String reason = event.payload().path("reason").asString("");
        return reason.isEmpty() ? "" : ", " + Redactor.clean(reason);
    }
}
