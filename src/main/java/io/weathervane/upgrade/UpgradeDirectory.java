package io.weathervane.upgrade;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.AtomicFiles;
import io.weathervane.util.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * An upgrade's folder: its records, each replaced as a whole, the output of build and test, and the staging folder.
 */
record UpgradeDirectory(Path path) {
    static final String PREFLIGHT = "preflight.json";
    static final String SHADOW = "shadow.json";
    static final String PLAN = "promotion_plan.json";
    static final String STEPS = "steps.json";
    static final String REPORT = "report.json";
    private static final List<String> RECORDS = List.of(PREFLIGHT, SHADOW, PLAN, STEPS, REPORT);

    /** Where a build may put what the canary is started from. */
    Path staging() {
        return path.resolve("staging");
    }

    Path file(String name) {
        return path.resolve(name);
    }

    void create() throws IOException {
        PrivateFiles.createFolders(staging());
    }

    /** Writes a record; what is there of it afterwards is all of it, or what was there before. */
    void write(String name, ObjectNode content) throws IOException {
        try {
            byte[] bytes = JsonRpcCodec.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(content);
            AtomicFiles.replace(file(name), bytes);
        } catch (IOException e) {
            Files.deleteIfExists(path.resolve("." + name + ".new"));
            throw e;
        }
    }

    /** The records that are there. */
    List<String> records() {
        return RECORDS.stream().filter(name -> Files.isRegularFile(file(name))).toList();
    }

    /** Removes the staging folder; follows no links. */
    void removeStaging() {
        if (!Files.isDirectory(staging())) {
            return;
        }
        try (Stream<Path> all = Files.walk(PrivateFiles.requireOwn(staging()))) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
