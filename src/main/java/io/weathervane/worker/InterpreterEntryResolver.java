package io.weathervane.worker;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * Finds the file that an interpreter runs for a word that is not a file's whole name: {@code nsrv.js} for {@code nsrv},
 * a folder's entry.
 */
final class InterpreterEntryResolver {
    private static final List<String> ENDINGS = List.of(".js", ".mjs", ".cjs", ".json", ".node", ".ts", ".mts", ".cts");
    private static final String PACKAGE = "package.json";
    private static final long PACKAGE_BYTES_MAX = 1024 * 1024;

    private InterpreterEntryResolver() {}

    /** Those that exist. */
    static List<Path> of(String program, Path named) {
        List<Path> files = new ArrayList<>();
        if (ImplicitProgramFiles.isNode(program)) {
            files.addAll(withEndings(named));
            if (Files.isDirectory(named)) {
                files.addAll(withEndings(named.resolve("index")));
                files.add(named.resolve(PACKAGE));
                main(named).ifPresent(main -> files.addAll(modules(main)));
            }
        } else if (ImplicitProgramFiles.isPython(program)) {
            files.add(named.resolve("__main__.py"));
        }
        return files.stream().filter(Files::isRegularFile).toList();
    }

    private static List<Path> modules(Path main) {
        List<Path> files = new ArrayList<>(List.of(main));
        files.addAll(withEndings(main));
        files.addAll(withEndings(main.resolve("index")));
        return files;
    }

    private static List<Path> withEndings(Path named) {
        return ENDINGS.stream().map(ending -> Path.of(named + ending)).toList();
    }

    private static Optional<Path> main(Path folder) {
        Path description = folder.resolve(PACKAGE);
        try {
            if (!Files.isRegularFile(description) || Files.size(description) > PACKAGE_BYTES_MAX) {
                return Optional.empty();
            }
            String main = JsonRpcCodec.JSON
                    .readTree(Files.readAllBytes(description))
                    .path("main")
                    .asString("");
            return main.isEmpty() ? Optional.empty() : Optional.of(folder.resolve(main));
        } catch (IOException | JacksonException | InvalidPathException e) {
            return Optional.empty(); // node does not find it either
        }
    }
}
