package io.weathervane.config;

import io.weathervane.util.OsUser;
import io.weathervane.util.PasswdEntry;
import io.weathervane.worker.HealthProbeSpec;
import io.weathervane.worker.InheritedEnvironment;
import io.weathervane.worker.JsonRpcToolConfig;
import io.weathervane.worker.LaunchSpec;
import io.weathervane.worker.RemoteSpec;
import io.weathervane.worker.ServerSpec;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
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
import tools.jackson.databind.json.JsonMapper;

/** Reads one of {@code workers.releases}: a version of the worker that can be run. */
final class ReleaseReader {
    /** Not less than the patience of usual clients, who cancel what they do not wait for any longer: ten minutes. */
    static final Duration CALL_TIMEOUT = Duration.ofMinutes(10);

    static final Duration CALL_TIMEOUT_MIN = Duration.ofMillis(10);
    static final Duration CALL_TIMEOUT_MAX = Duration.ofDays(1);

    private static final Duration PROBE_MIN = Duration.ofMillis(10);
    private static final Duration PROBE_MAX = Duration.ofMinutes(1);
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final String LABEL_RULE =
            "is not a label: use up to 64 letters, digits, dots, dashes and underscores";
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** A command stands in the client's place; what is secret is withheld once all of the configuration is read. */
    private static final InheritedEnvironment EVERYTHING = InheritedEnvironment.allBut(Set.of());

    private final Path base;
    private final Path workspace;
    private final Optional<CommandLineRelease> command;
    private final RemoteSpecReader remotes;

    /**
     * @param base from where relative paths are meant
     * @param workspace where a release without a folder of its own runs
     * @param command the command line's release: what it does not say, its section may say of it
     * @param environment has the secrets that remote releases refer to
     */
    ReleaseReader(Path base, Path workspace, Optional<CommandLineRelease> command, Map<String, String> environment) {
        this.remotes = new RemoteSpecReader(base, environment);
        this.base = base;
        this.workspace = workspace;
        this.command = command;
    }

    /** A release that the configuration has no section for. */
    WorkerRelease ofCommand(CommandLineRelease release, Duration callTimeout) {
        if (!LABEL.matcher(release.label()).matches()) {
            throw new ConfigException("--label \"" + release.label() + "\" " + LABEL_RULE);
        }
        return new WorkerRelease(
                release.label(),
                WorkerProtocol.MCP,
                new LaunchSpec(
                        release.command(), Map.of(), Optional.of(release.folder()), Optional.empty(), EVERYTHING),
                HealthProbeSpec.defaults(WorkerProtocol.MCP),
                callTimeout,
                List.of());
    }

    WorkerRelease read(String label, Section section, Duration usualCallTimeout) {
        if (!LABEL.matcher(label).matches()) {
            throw section.refused(LABEL_RULE);
        }
        Optional<CommandLineRelease> given = command.filter(one -> one.label().equals(label));
        if (given.isPresent() && !section.texts("command").isEmpty()) {
            throw new ConfigException("the configuration has a release " + label
                    + " with a command already: give the command line's another name with --label, or remove the"
                    + " command there");
        }
        WorkerProtocol protocol = section.oneOf("kind", kinds()).orElse(WorkerProtocol.MCP);
        Optional<RemoteSpec> remote = remotes.read(section);
        if (remote.isPresent() && protocol != WorkerProtocol.MCP) {
            throw section.problem("kind", "must be mcp for a release with a url; json-rpc is for commands");
        }
        if (remote.isPresent() && given.isPresent()) {
            throw new ConfigException("the configuration has a release " + label
                    + " with a url: give the command line's another name with --label, or remove the url there");
        }
        Duration callTimeout = section.duration("callTimeout", CALL_TIMEOUT_MIN, CALL_TIMEOUT_MAX)
                .orElse(usualCallTimeout);
        HealthProbeSpec probe = section.section("probe", one -> probe(one, HealthProbeSpec.defaults(protocol)))
                .orElseGet(() -> HealthProbeSpec.defaults(protocol));
        List<JsonRpcToolConfig> tools = tools(section, protocol);
        ServerSpec server = remote.isPresent() ? remote.get() : launch(section, given);
        return new WorkerRelease(label, protocol, server, probe, callTimeout, tools);
    }

    private LaunchSpec launch(Section section, Optional<CommandLineRelease> given) {
        List<String> words = given.map(CommandLineRelease::command).orElseGet(() -> command(section));
        Map<String, String> environment = environment(section);
        Path folder =
                folder(section).or(() -> given.map(CommandLineRelease::folder)).orElse(workspace);
        InheritedEnvironment inherited = InheritedEnvironment.of(inheritEnvironment(section));
        return new LaunchSpec(
                words, environment, Optional.of(folder), user(section), given.isPresent() ? EVERYTHING : inherited);
    }

    private static HealthProbeSpec probe(Section section, HealthProbeSpec usual) {
        return new HealthProbeSpec(
                section.words("method").orElse(usual.method()),
                section.duration("timeout", PROBE_MIN, PROBE_MAX).orElse(usual.timeout()),
                section.duration("retryAfter", PROBE_MIN, PROBE_MAX).orElse(usual.retryAfter()));
    }

    /** What the system says now; it is asked again at each start of a worker. */
    private static Optional<String> user(Section section) {
        Optional<String> user = section.words("user");
        user.filter(name -> !name.equals(OsUser.name())).ifPresent(name -> {
            if (PasswdEntry.find(name).isEmpty()) {
                throw section.problem("user", "names " + name + ", which is no user of this system");
            }
            if (!PasswdEntry.isRoot()) {
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
                    "give the program and its arguments as a list, such as [\"java\", \"-jar\", \"worker.jar\"], or"
                            + " the url of a server that runs already");
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

    private Optional<Path> folder(Section section) {
        return section.words("folder").map(folder -> {
            Path path = RelativePathResolver.resolve(base, folder)
                    .orElseThrow(() -> section.problem("folder", "is not a path"));
            if (!Files.isDirectory(path)) {
                throw section.problem("folder", "names " + path + ", which is not a folder");
            }
            if (!Files.isReadable(path) || !Files.isExecutable(path)) {
                throw section.problem("folder", "names " + path + ", which cannot be read: check its owner and mode");
            }
            return path;
        });
    }

    private static List<JsonRpcToolConfig> tools(Section section, WorkerProtocol protocol) {
        List<JsonRpcToolConfig> tools = section.list("tools", ReleaseReader::tool);
        if (protocol == WorkerProtocol.MCP && !tools.isEmpty()) {
            throw section.problem("tools", "is for kind: json-rpc only; an MCP worker lists its own tools");
        }
        if (tools.stream().map(JsonRpcToolConfig::name).distinct().count() < tools.size()) {
            throw section.problem("tools", "has two tools of one name");
        }
        return tools;
    }

    private static JsonRpcToolConfig tool(Section section) {
        String name =
                section.words("name").orElseThrow(() -> section.missing("name", "give the tool the name callers use"));
        return new JsonRpcToolConfig(
                name,
                section.text("description").orElse(""),
                section.tree("inputSchema")
                        .orElseGet(() -> JsonMapper.shared().createObjectNode().put("type", "object")),
                section.words("method").orElse(name));
    }

    private static Map<String, WorkerProtocol> kinds() {
        Map<String, WorkerProtocol> protocols = new LinkedHashMap<>();
        for (WorkerProtocol protocol : WorkerProtocol.values()) {
            protocols.put(protocol.wireName(), protocol);
        }
        return protocols;
    }
}
