package io.weathervane.config;

import io.weathervane.util.OsAccount;
import io.weathervane.util.OsUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One version of the worker that can be run.
 *
 * @param label the name by which it is started, promoted and shown
 * @param command the program and its arguments; no shell is involved
 * @param environment variables it gets besides what it inherits
 * @param folder where it runs, absolute; the workspace when empty
 * @param user the OS user that it runs as; the server's own when empty
 * @param tools only of a {@link Kind#JSON_RPC} worker
 * @param inheritEnvironment variables of the server that it gets besides those that every program needs
 */
public record ReleaseSettings(
        String label,
        Kind kind,
        List<String> command,
        Map<String, String> environment,
        Optional<Path> folder,
        Duration callTimeout,
        ProbeSettings probe,
        List<ToolSettings> tools,
        Optional<String> user,
        Set<String> inheritEnvironment) {
    /** Not less than the patience of usual clients, who cancel what they do not wait for any longer: ten minutes. */
    public static final Duration CALL_TIMEOUT = Duration.ofMinutes(10);

    static final Duration CALL_TIMEOUT_MIN = Duration.ofMillis(10);
    static final Duration CALL_TIMEOUT_MAX = Duration.ofDays(1);
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final String LABEL_RULE =
            "is not a label: use up to 64 letters, digits, dots, dashes and underscores";
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** What the worker speaks on its stdin and stdout. */
    public enum Kind {
        MCP("mcp", "ping"),
        JSON_RPC("json-rpc", "health");

        private final String wireName;
        private final String probeMethod;

        Kind(String wireName, String probeMethod) {
            this.wireName = wireName;
            this.probeMethod = probeMethod;
        }

        public String wireName() {
            return wireName;
        }

        String probeMethod() {
            return probeMethod;
        }

        static Map<String, Kind> byName() {
            Map<String, Kind> kinds = new LinkedHashMap<>();
            for (Kind kind : values()) {
                kinds.put(kind.wireName, kind);
            }
            return kinds;
        }
    }

    public ReleaseSettings {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        tools = List.copyOf(tools);
        inheritEnvironment = Set.copyOf(inheritEnvironment);
    }

    /** One that runs as the server's own user. */
    public ReleaseSettings(
            String label,
            Kind kind,
            List<String> command,
            Map<String, String> environment,
            Optional<Path> folder,
            Duration callTimeout,
            ProbeSettings probe,
            List<ToolSettings> tools) {
        this(label, kind, command, environment, folder, callTimeout, probe, tools, Optional.empty(), Set.of());
    }

    static ReleaseSettings from(CommandRelease release, Duration callTimeout) {
        refuseUnlessLabel(release);
        return new ReleaseSettings(
                release.label(),
                Kind.MCP,
                release.command(),
                Map.of(),
                Optional.of(release.folder()),
                callTimeout,
                ProbeSettings.of(Kind.MCP),
                List.of(),
                Optional.empty(),
                Set.of());
    }

    private static void refuseUnlessLabel(CommandRelease release) {
        if (!LABEL.matcher(release.label()).matches()) {
            throw new ConfigException("--label \"" + release.label() + "\" " + LABEL_RULE);
        }
    }

    /**
     * Reads a section.
     *
     * @param command the command line's release of this label: what it does not say, the section may say of it
     */
    static ReleaseSettings from(
            String label, Section section, Path base, Duration callTimeout, Optional<CommandRelease> command) {
        if (!LABEL.matcher(label).matches()) {
            throw section.refused(LABEL_RULE);
        }
        Optional<CommandRelease> given = command.filter(one -> one.label().equals(label));
        if (given.isPresent() && !section.texts("command").isEmpty()) {
            throw new ConfigException("the configuration has a release " + label
                    + " with a command already: give the command line's another name with --label, or remove the"
                    + " command there");
        }
        Kind kind = section.oneOf("kind", Kind.byName()).orElse(Kind.MCP);
        return new ReleaseSettings(
                label,
                kind,
                given.map(CommandRelease::command).orElseGet(() -> command(section)),
                environment(section),
                folder(section, base).or(() -> given.map(CommandRelease::folder)),
                section.duration("callTimeout", CALL_TIMEOUT_MIN, CALL_TIMEOUT_MAX)
                        .orElse(callTimeout),
                section.section("probe", probe -> ProbeSettings.from(probe, kind))
                        .orElseGet(() -> ProbeSettings.of(kind)),
                tools(section, kind),
                user(section),
                inheritEnvironment(section));
    }

    /** What the system says now; it is asked again at each start of a worker. */
    private static Optional<String> user(Section section) {
        Optional<String> user = section.words("user");
        user.filter(name -> !name.equals(OsUser.name())).ifPresent(name -> {
            if (OsAccount.find(name).isEmpty()) {
                throw section.problem("user", "names " + name + ", which is no user of this system");
            }
            if (!OsAccount.isRoot()) {
                throw section.problem(
                        "user",
                        "names " + name + ", but only a server that runs as root can run a worker as another user, and"
                                + " this one runs as " + OsUser.name());
            }
        });
        return user;
    }

    private static List<String> command(Section section) {
        List<String> command = section.texts("command");
        if (command.isEmpty() || command.get(0).isBlank()) {
            throw section.missing(
                    "command",
                    "give the program and its arguments as a list, such as [\"java\", \"-jar\", \"worker.jar\"]");
        }
        return command;
    }

    private static Map<String, String> environment(Section section) {
        Map<String, String> environment = section.textMap("environment");
        environment.keySet().stream()
                .filter(name -> !VARIABLE.matcher(name).matches())
                .findFirst()
                .ifPresent(name -> {
                    throw section.problem("environment", "has \"" + name + "\", which is not the name of a variable");
                });
        return environment;
    }

    private static Set<String> inheritEnvironment(Section section) {
        List<String> names = section.texts("inheritEnvironment");
        for (String name : names) {
            if (!VARIABLE.matcher(name).matches()) {
                throw section.problem(
                        "inheritEnvironment", "has \"" + name + "\", which is not the name of a variable");
            }
            if (name.startsWith("WVO_")) {
                throw section.problem(
                        "inheritEnvironment",
                        "has " + name + ", which is the server's own: a worker gets none of WVO_*; what it is to have"
                                + " goes into environment, with its value");
            }
        }
        return new LinkedHashSet<>(names);
    }

    private static Optional<Path> folder(Section section, Path base) {
        return section.words("folder").map(folder -> {
            Path path = Paths.resolve(base, folder).orElseThrow(() -> section.problem("folder", "is not a path"));
            if (!Files.isDirectory(path)) {
                throw section.problem("folder", "names " + path + ", which is not a folder");
            }
            if (!Files.isReadable(path) || !Files.isExecutable(path)) {
                throw section.problem("folder", "names " + path + ", which cannot be read: check its owner and mode");
            }
            return path;
        });
    }

    private static List<ToolSettings> tools(Section section, Kind kind) {
        List<ToolSettings> tools = section.list("tools", ToolSettings::from);
        if (kind == Kind.MCP && !tools.isEmpty()) {
            throw section.problem("tools", "is for kind: json-rpc only; an MCP worker lists its own tools");
        }
        if (tools.stream().map(ToolSettings::name).distinct().count() < tools.size()) {
            throw section.problem("tools", "has two tools of one name");
        }
        return tools;
    }
}
