package io.weathervane.worker;

import io.weathervane.util.ExecutableFinder;
import io.weathervane.util.FileContentHasher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the programs and files that a command names, and hashes their content: words that name a file from the command's
 * folder or absolutely, programs on the PATH, and what well-known programs run by themselves ({@link ImplicitProgramFiles}).
 * What a program loads further, and what variables and patterns of a shell come to, is not known.
 */
public final class CommandFileFinder {
    /** Most files of one command that are read; a class path has many. */
    static final int FILES_MAX = 256;

    private static final Pattern MODULE = Pattern.compile("-[bBdEhiIOPqsSuvVx]*m(.+)", Pattern.DOTALL);
    private static final Pattern MODULE_NEXT = Pattern.compile("-[bBdEhiIOPqsSuvVx]*m");

    /** Files with these endings are run by the program in front of them. */
    private static final Set<String> SCRIPT_ENDINGS = Set.of(
            "jar", "py", "pyz", "js", "mjs", "cjs", "ts", "mts", "sh", "bash", "rb", "pl", "php", "lua", "wasm", "dll",
            "exe", "so");

    private final CommandBaseFolders folders;
    private final Map<String, String> variables;
    private final SortedMap<String, String> hashes = new TreeMap<>();
    private final SortedSet<String> implied = new TreeSet<>();
    private int leftOut;

    private CommandFileFinder(Path folder, Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
        this.folders = new CommandBaseFolders(folder, variable("HOME"));
    }

    /**
     * Of a worker's command: programs and scripts, but no file of data, which may change while the worker runs.
     *
     * @param variables of its environment, where they are not as for the server
     */
    static CommandFileHashes ofCommand(List<String> command, Optional<Path> folder, Map<String, String> variables) {
        CommandFileFinder found = new CommandFileFinder(folder.orElse(Path.of("")), variables);
        command.forEach(found::folder);
        Reading reading = found.new Reading(CommandFileFinder::isProgram, /* readsTexts= */ true);
        reading.take(command.get(0), /* isProgram= */ true);
        command.stream().skip(1).forEach(word -> reading.take(word, /* isProgram= */ false));
        return found.found();
    }

    /** Of a text for a shell: every file that it names and does not only write to. */
    public static CommandFileHashes ofScript(String text, Path folder) {
        return ofScript(text, folder, Map.of());
    }

    static CommandFileHashes ofScript(String text, Path folder, Map<String, String> variables) {
        CommandFileFinder found = new CommandFileFinder(folder, variables);
        found.script(text, file -> true);
        return found.found();
    }

    private CommandFileHashes found() {
        return new CommandFileHashes(hashes, implied, leftOut, folders.leftOut());
    }

    private String variable(String name) {
        return Optional.ofNullable(variables.get(name))
                .or(() -> Optional.ofNullable(System.getenv(name)))
                .orElse("");
    }

    private void script(String text, Predicate<Path> wanted) {
        List<ShellWordScanner.Word> words = ShellWordScanner.of(text);
        words.forEach(word -> folder(word.text()));
        Reading reading = new Reading(wanted, /* readsTexts= */ false);
        words.forEach(word -> reading.take(word.text(), word.program()));
    }

    /** Reads words one after the other: what a word means depends on the program it stands behind. */
    private final class Reading {
        private final Predicate<Path> wanted;
        private final boolean readsTexts;
        private String program = "";
        private String before = "";
        private boolean wrapped;
        private boolean wantsScript;

        /** @param readsTexts whether the text behind {@code sh -c} is one word */
        Reading(Predicate<Path> wanted, boolean readsTexts) {
            this.wanted = wanted;
            this.readsTexts = readsTexts;
        }

        void take(String word, boolean isProgram) {
            boolean begins = isProgram && !(wrapped && isSetting(word));
            if (begins) {
                begin(word);
            } else if (readsTexts && isText(word)) {
                script(word.replaceFirst("^(-[A-Za-z]*S|--split-string=)", ""), wanted);
                named(word, wanted);
            } else if (wrapped && !isSetting(word)) {
                wrappedProgram(word);
            } else {
                argument(word);
            }
            before = word;
        }

        private void begin(String word) {
            program = word;
            wrapped = ImplicitProgramFiles.isWrapper(word);
            wantsScript = ImplicitProgramFiles.isInterpreter(word);
            program(word);
            named(word, wanted);
        }

        /** Options of {@code env}, {@code timeout} and the like may look like programs: then these are bound as well. */
        private void wrappedProgram(String word) {
            if (ImplicitProgramFiles.isKnown(word)) {
                begin(word);
            } else {
                program(word);
                named(word, wanted);
            }
        }

        private boolean isText(String word) {
            return (ImplicitProgramFiles.isShell(program) && before.matches("-[A-Za-z]*c"))
                    || (wrapped && word.chars().anyMatch(Character::isWhitespace));
        }

        private static boolean isSetting(String word) {
            return word.startsWith("-") || word.contains("=");
        }

        private void argument(String word) {
            if (ImplicitProgramFiles.isPython(program)) {
                module(word);
            }
            boolean isFile = file(word).isPresent();
            boolean script = wantsScript && isFile;
            boolean entry = !isFile && entries(program, word);
            wantsScript &= !script && !entry && !endsAsScript(word);
            named(word, file -> script || wanted.test(file));
        }

        /** {@code -m pack.tool}, also {@code -um pack.tool} and {@code -mpack.tool}. */
        private void module(String word) {
            Matcher attached = MODULE.matcher(word);
            if (MODULE_NEXT.matcher(before).matches()) {
                ImplicitProgramFiles.ofModule(word).forEach(file -> named(file, one -> true));
                wantsScript = false;
            } else if (attached.matches()) {
                ImplicitProgramFiles.ofModule(attached.group(1)).forEach(file -> named(file, one -> true));
                wantsScript = false;
            }
        }
    }

    private void folder(String word) {
        ways(word).forEach(folders::add);
    }

    /** A program by a path, or on the PATH, and what it runs by itself. */
    private void program(String word) {
        if (word.contains("/")) {
            named(word, file -> true);
        } else {
            ExecutableFinder.find(word, folders.all().get(0), variable("PATH"))
                    .ifPresent(file -> add(file.toString(), file, /* byItself= */ false));
        }
        for (String name : ImplicitProgramFiles.of(word)) {
            places(name).forEach(file -> add(folders.name(file), file, /* byItself= */ true));
        }
    }

    private void named(String word, Predicate<Path> wanted) {
        ways(word).stream()
                .flatMap(this::places)
                .filter(wanted)
                .forEach(file -> add(folders.name(file), file, /* byItself= */ false));
    }

    /** Whether the program runs files that this word names without their endings, or by their folder. */
    private boolean entries(String program, String word) {
        List<Path> files = ways(word).stream()
                .flatMap(way -> folders.all().stream().flatMap(from -> folders.resolved(from, way).stream()))
                .flatMap(named -> InterpreterEntryResolver.of(program, named).stream())
                .toList();
        files.forEach(file -> add(folders.name(file), file, /* byItself= */ false));
        return !files.isEmpty() && !word.startsWith("-");
    }

    /** The parts of a word that may be a path of their own. */
    private static Set<String> ways(String word) {
        Set<String> ways = new LinkedHashSet<>(List.of(word));
        if (word.matches("-[A-Za-z].+")) {
            ways.add(word.substring(2)); // make -Csub
        }
        int equals = word.indexOf('=');
        if (equals >= 0) {
            ways.add(word.substring(equals + 1));
        }
        for (String way : List.copyOf(ways)) {
            ways.addAll(List.of(way.split(":", -1)));
        }
        return ways;
    }

    private Stream<Path> places(String way) {
        return folders.all().stream()
                .flatMap(from -> folders.resolved(from, way).stream())
                .filter(Files::isRegularFile);
    }

    private Optional<Path> file(String word) {
        return places(word).findFirst();
    }

    private void add(String name, Path file, boolean byItself) {
        if (hashes.containsKey(name)) {
            if (!byItself) {
                implied.remove(name);
            }
        } else if (hashes.size() >= FILES_MAX) {
            leftOut++;
        } else {
            hashes.put(name, FileContentHasher.of(file));
            if (byItself) {
                implied.add(name);
            }
        }
    }

    private static boolean isProgram(Path file) {
        return Files.isExecutable(file) || endsAsScript(String.valueOf(file.getFileName()));
    }

    private static boolean endsAsScript(String word) {
        int dot = word.lastIndexOf('.');
        return dot >= 0 && SCRIPT_ENDINGS.contains(word.substring(dot + 1).toLowerCase(Locale.ROOT));
    }
}
