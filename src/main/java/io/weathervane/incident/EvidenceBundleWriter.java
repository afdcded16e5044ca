package io.weathervane.incident;

import io.weathervane.util.PrivateFiles;
import io.weathervane.util.SafeText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** A bundle being written: under a hidden name, until it is whole. Closing it unfinished removes it. */
final class EvidenceBundleWriter implements AutoCloseable {
    /** Most bytes of one file: 8 MiB, its newest. */
    static final int FILE_BYTES_MAX = 8 * 1024 * 1024;

    private static final String MANIFEST = "manifest.json";

    private final Path folder;
    private final Path partial;
    private final List<EvidenceFile> files = new ArrayList<>();
    private boolean finished;

    EvidenceBundleWriter(Path incidents, String id) throws IOException {
        this.folder = incidents.resolve(id);
        this.partial = incidents.resolve("." + id + ".partial");
        PrivateFiles.createFolders(incidents);
        PrivateFiles.createFolder(partial);
    }

    void write(String name, String text, boolean alreadyCut) throws IOException {
        byte[] all = shown(name, text).getBytes(StandardCharsets.UTF_8);
        boolean cut = all.length > FILE_BYTES_MAX;
        byte[] bytes = cut ? Arrays.copyOfRange(all, all.length - FILE_BYTES_MAX, all.length) : all;
        PrivateFiles.write(partial.resolve(name), bytes);
        files.add(new EvidenceFile(name, bytes.length, sha256(bytes), cut || alreadyCut));
    }

    /** Written last, and not listed among the files, because it lists them. */
    void writeManifest(String text) throws IOException {
        PrivateFiles.write(partial.resolve(MANIFEST), shown(MANIFEST, text).getBytes(StandardCharsets.UTF_8));
    }

    /** Fit for a terminal; JSON keeps its meaning. */
    private static String shown(String name, String text) {
        return name.endsWith(".json") || name.endsWith(".jsonl") ? SafeText.json(text) : SafeText.lines(text);
    }

    List<EvidenceFile> files() {
        return List.copyOf(files);
    }

    Path finish() throws IOException {
        Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        finished = true;
        return folder;
    }

    @Override
    public void close() throws IOException {
        if (finished || !Files.exists(partial)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(partial)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
