package io.weathervane.worker;

import io.weathervane.util.ContentHash;
import io.weathervane.util.Programs;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Finds the programs and files that a command names, and hashes their content: words that name a file from the command's
 * folder or absolutely, programs on the PATH, and what well-known programs run by themselves ({@link ImpliedFiles}).
 * What a program loads further, and what variables and patterns of a shell come to, is not known.
 */
public final class ProgramFiles {
    /** Most files of one command that are read; a class path has many. */
    static final int FILES_MAX = 256;

    /** Most folders in which a shell's words are looked for: its own, and those it names ({@code cd sub && sh b.sh}). */
    private static final int FOLDERS_MAX = 16;

    /** Files with these endings are run by the program in front of them. */
    private static final Set<String> SCRIPT_ENDINGS = Set.of(
            "jar", "py", "pyz", "js", "mjs", "cjs", "ts", "mts", "sh", "bash", "rb", "pl", "php", "lua", "wasm", "dll",
            "exe", "so");

    private final List<Path> folders = new ArrayList<>();
    private final SortedMap<String, String> hashes = new TreeMap<>();
    private int leftOut;

    private ProgramFiles(Path folder) {
        folders.add(folder.toAbsolutePath().normalize());
    }

    /** Of a worker's command: programs and scripts, but no file of data, which may change while the worker runs. */
    static NamedFiles ofCommand(List<String> command, Optional<Path> folder) {
        ProgramFiles found = new ProgramFiles(folder.orElse(Path.of("")));
        found.command(command);
        return new NamedFiles(found.hashes, found.leftOut);
    }

    /** Of a text for a shell: every file that it names and does not only write to. */
    public static NamedFiles ofScript(String text, Path folder) {
        ProgramFiles found = new ProgramFiles(folder);
        found.script(text, file -> true);
        return new NamedFiles(found.hashes, found.leftOut);
    }

    private void command(List<String> command) {
        String program = command.get(0);
        program(program);
        boolean wantsScript = ImpliedFiles.isInterpreter(program);
        for (int i = 1; i < command.size(); i++) {
            String word = command.get(i);
            if (ImpliedFiles.isShell(program) && command.get(i - 1).matches("-[a-z]*c")) {
                script(word, this::isProgram);
                return;
            }
            if (ImpliedFiles.isPython(program) && command.get(i - 1).equals("-m")) {
                ImpliedFiles.ofModule(word).forEach(file -> named(file, one -> true));
                wantsScript = false;
            }
            boolean script = wantsScript && file(word).isPresent();
            wantsScript &= !script && !endsAsScript(word);
            named(word, file -> script || isProgram(file));
        }
    }

    private void script(String text, Predicate<Path> wanted) {
        List<ShellWords.Word> words = ShellWords.of(text);
        words.forEach(word -> folder(word.text()));
        String before = "";
        String program = "";
        boolean wantsScript = false;
        for (ShellWords.Word word : words) {
            if (word.program()) {
                program = word.text();
                wantsScript = ImpliedFiles.isInterpreter(program);
                program(program);
            } else if (before.equals("-m") && ImpliedFiles.isPython(program)) {
                ImpliedFiles.ofModule(word.text()).forEach(file -> named(file, one -> true));
            }
            boolean script = wantsScript && !word.program() && file(word.text()).isPresent();
            wantsScript &= !script && !endsAsScript(word.text());
            named(word.text(), file -> script || wanted.test(file));
            before = word.text();
        }
    }

    private void folder(String word) {
        for (Path from : List.copyOf(folders)) {
            resolved(from, word)
                    .filter(Files::isDirectory)
                    .filter(path -> !folders.contains(path) && folders.size() < FOLDERS_MAX)
                    .ifPresent(folders::add);
        }
    }

    /** A program by a path, or on the PATH, and what it runs by itself. */
    private void program(String word) {
        if (word.contains("/")) {
            named(word, file -> true);
        } else {
            String searched = Optional.ofNullable(System.getenv("PATH")).orElse("");
            Programs.find(word, folders.get(0), searched).ifPresent(file -> add(file.toString(), file));
        }
        ImpliedFiles.of(word).forEach(file -> named(file, one -> true));
    }

    private void named(String word, Predicate<Path> wanted) {
        Set<String> ways = new LinkedHashSet<>(List.of(word));
        if (word.contains(":")) {
            ways.addAll(List.of(word.split(":", -1)));
        }
        for (String way : ways) {
            for (Path from : folders) {
                resolved(from, way)
                        .filter(Files::isRegularFile)
                        .filter(wanted)
                        .ifPresent(file -> add(name(file), file));
            }
        }
    }

    private Optional<Path> file(String word) {
        return folders.stream()
                .flatMap(from -> resolved(from, word).stream())
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private void add(String name, Path file) {
        if (hashes.containsKey(name)) {
            return;
        }
        if (hashes.size() >= FILES_MAX) {
            leftOut++;
        } else {
            hashes.put(name, ContentHash.of(file));
        }
    }

    private String name(Path file) {
        return file.startsWith(folders.get(0)) ? folders.get(0).relativize(file).toString() : file.toString();
    }

    private static Optional<Path> resolved(Path from, String word) {
        try {
            return word.isEmpty()
                    ? Optional.empty()
                    : Optional.of(from.resolve(Path.of(word)).normalize());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private boolean isProgram(Path file) {
        return Files.isExecutable(file) || endsAsScript(String.valueOf(file.getFileName()));
    }

    private static boolean endsAsScript(String word) {
        int dot = word.lastIndexOf('.');
        return dot >= 0 && SCRIPT_ENDINGS.contains(word.substring(dot + 1).toLowerCase(Locale.ROOT));
    }
}
