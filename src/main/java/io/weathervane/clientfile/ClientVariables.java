package io.weathervane.clientfile;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Fills in what clients write for variables: {@code ${NAME}}, {@code ${NAME:-default}}, {@code ${env:NAME}}, {@code ${input:ID}}. */
final class ClientVariables {
    /** What an input's variable begins with. */
    static final String INPUT_PREFIX = "WVO_INPUT_";

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^{}]{1,1000})}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final String ENV = "env:";
    private static final String INPUT = "input:";
    private static final String DEFAULT = ":-";

    /** Variables that say where things are, and nothing secret. */
    private static final Set<String> PLACES = Set.of("HOME", "USER", "USERPROFILE", "PWD", "PATH", "TMPDIR");

    private final ClientFile file;
    private final Function<String, Optional<String>> environment;
    private final Set<String> own;

    /**
     * Text with its variables filled in.
     *
     * @param secret whether a variable or an input is in it, which may be a secret
     */
    record Filled(String text, boolean secret) {}

    /**
     * Of one entry.
     *
     * @param own the names of the entry's own variables: {@code ${NAME}} of one is its server's to fill in
     */
    ClientVariables(ClientFile file, Function<String, Optional<String>> environment, Set<String> own) {
        this.file = file;
        this.environment = environment;
        this.own = Set.copyOf(own);
    }

    /** The variable that the input is taken from. */
    static String inputVariable(String id) {
        return INPUT_PREFIX + id.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** @param where it stands, as a sentence begins */
    Filled fill(String where, String text) {
        StringBuilder out = new StringBuilder();
        Matcher matcher = VARIABLE.matcher(text);
        boolean secret = false;
        while (matcher.find()) {
            String name = matcher.group(1);
            secret |= maySecret(name);
            matcher.appendReplacement(out, Matcher.quoteReplacement(value(where, name)));
        }
        return new Filled(matcher.appendTail(out).toString(), secret);
    }

    private static boolean maySecret(String name) {
        String plain = name.startsWith(ENV) ? name.substring(ENV.length()) : name;
        int end = plain.indexOf(DEFAULT);
        String variable = end < 0 ? plain : plain.substring(0, end);
        return name.startsWith(INPUT) || (NAME.matcher(variable).matches() && isUnknown(variable));
    }

    private static boolean isUnknown(String variable) {
        return !PLACES.contains(variable)
                && !variable.equals("userHome")
                && !variable.equals("cwd")
                && !variable.startsWith("workspaceFolder")
                && !variable.equals("pathSeparator");
    }

    private String value(String where, String name) {
        return switch (name) {
            case "workspaceFolder", "workspaceRoot" -> projectFolder().toString();
            case "workspaceFolderBasename" ->
                Optional.ofNullable(projectFolder().getFileName())
                        .map(Path::toString)
                        .orElse("");
            case "cwd" -> Path.of("").toAbsolutePath().toString();
            case "userHome" -> System.getProperty("user.home", "");
            case "pathSeparator", "/" -> "/";
            default -> named(where, name);
        };
    }

    private String named(String where, String name) {
        if (name.startsWith(INPUT)) {
            return input(where, name.substring(INPUT.length()));
        }
        if (name.startsWith(ENV)) {
            String variable = name.substring(ENV.length());
            return environment.apply(variable).orElseThrow(() -> unset(where, variable));
        }
        int end = name.indexOf(DEFAULT);
        String variable = end < 0 ? name : name.substring(0, end);
        if (name.startsWith("config:") || name.startsWith("command:")) {
            throw new ClientFileException(
                    where + " has ${" + name + "}, which only VS Code knows: write the value there");
        }
        if (!NAME.matcher(variable).matches()) {
            return "${" + name + "}"; // of a shell
        }
        Optional<String> value = environment.apply(variable).filter(text -> end < 0 || !text.isEmpty());
        if (value.isPresent() || end >= 0) {
            return value.orElseGet(() -> name.substring(end + DEFAULT.length()));
        }
        if (own.contains(variable)) {
            return "${" + name + "}";
        }
        throw unset(where, variable);
    }

    private static UnsetVariableException unset(String where, String variable) {
        return new UnsetVariableException(
                where + " refers to the environment variable " + variable + ", which is not set");
    }

    private String input(String where, String id) {
        String variable = inputVariable(id);
        return environment
                .apply(variable)
                .or(() -> defaultOf(id))
                .orElseThrow(() -> new UnsetVariableException(where
                        + " needs the input " + id + " (${input:" + id
                        + "}), which a server cannot ask for: set the environment variable " + variable));
    }

    private Optional<String> defaultOf(String id) {
        for (JsonNode input : file.root().path("inputs")) {
            if (input.path("id").asString("").equals(id)
                    && input.path("default").isString()) {
                return Optional.of(input.path("default").asString(""));
            }
        }
        return Optional.empty();
    }

    /** The folder of the project that the file is for: the one above {@code .vscode} or {@code .cursor}. */
    Path projectFolder() {
        Path folder = Optional.ofNullable(file.path().getParent()).orElse(file.path());
        String name =
                Optional.ofNullable(folder.getFileName()).map(Path::toString).orElse("");
        boolean inside = name.equals(".vscode") || name.equals(".cursor");
        return inside ? Optional.ofNullable(folder.getParent()).orElse(folder) : folder;
    }
}
