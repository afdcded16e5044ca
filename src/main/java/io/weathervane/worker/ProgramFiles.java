package io.weathervane.worker;

import io.weathervane.util.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The programs and scripts that a command names by a path, with the hash of their content. A program that is looked up
 * on the PATH is the system's and not looked at; nor is a file of data, which may change while the worker runs.
 */
final class ProgramFiles {
    /** Most files of one command that are looked at. */
    private static final int FILES_MAX = 16;

    /** Largest file that is read; of a larger one only the size counts. */
    private static final long BYTES_MAX = 64L * 1024 * 1024;

    /** Files with these endings are run by the program in front of them. */
    private static final Set<String> SCRIPT_ENDINGS = Set.of(
            "jar", "py", "pyz", "js", "mjs", "cjs", "ts", "mts", "sh", "bash", "rb", "pl", "php", "lua", "wasm", "dll",
            "exe", "so");

    private ProgramFiles() {}

    /** The path as the command writes it, and what is there. */
    static Map<String, String> hashes(List<String> command, Optional<Path> folder) {
        Map<String, String> hashes = new HashMap<>();
        for (int i = 0; i < command.size() && hashes.size() < FILES_MAX; i++) {
            String word = command.get(i);
            boolean program = i == 0 && word.contains("/");
            file(word, folder)
                    .filter(file -> program || isScript(word) || Files.isExecutable(file))
                    .ifPresent(file -> hashes.put(word, hash(file)));
        }
        return hashes;
    }

    private static Optional<Path> file(String word, Optional<Path> folder) {
        try {
            Path path = Path.of(word);
            Path from = folder.orElse(Path.of("")).toAbsolutePath();
            return Optional.of(from.resolve(path)).filter(Files::isRegularFile);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static boolean isScript(String word) {
        int dot = word.lastIndexOf('.');
        return dot >= 0 && SCRIPT_ENDINGS.contains(word.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    private static String hash(Path file) {
        try {
            long size = Files.size(file);
            return size > BYTES_MAX ? "too large to be hashed, " + size + " bytes" : "sha256 " + content(file);
        } catch (IOException e) {
            return "cannot be read";
        }
    }

    private static String content(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digested = new DigestInputStream(in, Sha256.newDigest())) {
            digested.transferTo(OutputStream.nullOutputStream());
            return Sha256.hex(digested.getMessageDigest().digest());
        }
    }
}
