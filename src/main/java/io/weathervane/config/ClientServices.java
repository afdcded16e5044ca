package io.weathervane.config;

import io.weathervane.clientfile.ClientEntry;
import io.weathervane.clientfile.ClientFile;
import io.weathervane.clientfile.ClientFileException;
import io.weathervane.clientfile.UnsetVariableException;
import io.weathervane.worker.HeaderTemplate;
import io.weathervane.worker.HealthProbeSpec;
import io.weathervane.worker.InheritedEnvironment;
import io.weathervane.worker.LaunchSpec;
import io.weathervane.worker.RemoteAccessSpec;
import io.weathervane.worker.RemoteSpec;
import io.weathervane.worker.RemoteTlsFiles;
import io.weathervane.worker.SecretReference;
import io.weathervane.worker.ServerSpec;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The servers of an MCP client's file as services, for {@code --mcp-config}. Values that may be secret stay in the file. */
public final class ClientServices {
    /** As a release of {@code run}. */
    private static final String LABEL = "first";

    private static final int NAME_LENGTH_MAX = 32;
    private static final int HEADERS_MAX = 32;

    private final List<String> notes;
    private final Duration callTimeout;
    private final Set<SecretReference> references = new HashSet<>();

    private ClientServices(Duration callTimeout, List<String> notes) {
        this.callTimeout = callTimeout;
        this.notes = notes;
    }

    /**
     * The names that a file's servers have as services, in the order of the file.
     *
     * @param environment looks up what the file refers to
     * @throws ConfigException when one of them could not be started as it stands
     */
    public static Set<String> check(Path file, Function<String, Optional<String>> environment, List<String> notes) {
        return read(file, environment, ReleaseReader.CALL_TIMEOUT, notes).keySet();
    }

    /** The first release of each service, by the service's name. */
    static Map<String, WorkerRelease> read(
            Path file, Map<String, String> environment, CliOverrides overrides, List<String> notes) {
        return read(
                file,
                name -> Optional.ofNullable(environment.get(name)),
                overrides.callTimeoutOr(ReleaseReader.CALL_TIMEOUT),
                notes);
    }

    private static Map<String, WorkerRelease> read(
            Path file, Function<String, Optional<String>> environment, Duration callTimeout, List<String> notes) {
        try {
            Map<String, ClientEntry> entries = ClientFile.read(file).entries(environment);
            Map<String, WorkerRelease> services = new LinkedHashMap<>();
            for (ClientEntry entry : entries.values()) {
                Optional<String> why = leftOut(entry);
                why.ifPresent(reason -> notes.add(entry.where() + " is left out: " + reason));
                if (why.isEmpty()) {
                    refuseTooMany(file, services.size());
                    new ClientServices(callTimeout, notes)
                            .usable(entry)
                            .ifPresent(release -> services.put(name(entry.name(), services.keySet()), release));
                }
            }
            if (services.isEmpty()) {
                throw new ConfigException(file.toAbsolutePath().normalize()
                        + " has no server that can be put behind WeatherVane" + (notes.isEmpty() ? "" : ": ")
                        + String.join("; ", notes));
            }
            return services;
        } catch (ClientFileException e) {
            throw new ConfigException(e.reason(), e);
        }
    }

    private static void refuseTooMany(Path file, int services) {
        if (services == ServicesReader.SERVICES_MAX) {
            throw new ConfigException(file.toAbsolutePath().normalize() + " has too many servers: at most "
                    + ServicesReader.SERVICES_MAX + " services can be behind one WeatherVane");
        }
    }

    private static Optional<String> leftOut(ClientEntry entry) {
        if (entry.isDisabled()) {
            return Optional.of("it is disabled");
        }
        if (entry.isThisProgram()) {
            return Optional.of("it is WeatherVane itself");
        }
        return entry.isOldSse()
                ? Optional.of(
                        "its type is sse, of 2024, which is not spoken here; give it the type http and the address of"
                                + " its server's Streamable HTTP, or a command that bridges to it")
                : Optional.empty();
    }

    /** Makes a name that {@link ServiceName} allows and no other service of the file has. */
    private static String name(String written, Set<String> taken) {
        String plain =
                written.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]+", "-").replaceAll("^[^a-z0-9]+|[-]+$", "");
        String base = plain.isEmpty() ? "server" : plain;
        String name = cut(base, NAME_LENGTH_MAX);
        for (int next = 2; taken.contains(name) || name.equals(ServiceName.DEFAULT.value()); next++) {
            String end = "-" + next;
            name = cut(base, NAME_LENGTH_MAX - end.length()) + end;
        }
        return name;
    }

    private static String cut(String text, int length) {
        return text.substring(0, Math.min(length, text.length()));
    }

    /** One that wants a variable that is not set takes no other with it. */
    private Optional<WorkerRelease> usable(ClientEntry entry) {
        try {
            return Optional.of(release(entry));
        } catch (UnsetVariableException e) {
            notes.add("left out: " + e.reason());
            return Optional.empty();
        }
    }

    private WorkerRelease release(ClientEntry entry) {
        ServerSpec server = entry.isRemote() ? remote(entry) : launch(entry);
        return new WorkerRelease(
                LABEL,
                WorkerProtocol.MCP,
                server,
                HealthProbeSpec.defaults(WorkerProtocol.MCP),
                callTimeout,
                List.of());
    }

    private LaunchSpec launch(ClientEntry entry) {
        List<String> command = entry.command().stream().map(this::text).toList();
        Map<String, String> environment = new LinkedHashMap<>();
        entry.environment().forEach((name, value) -> environment.put(name, text(value)));
        environment.keySet().stream()
                .filter(name -> name.isEmpty() || name.contains("="))
                .findFirst()
                .ifPresent(name -> {
                    throw new ConfigException(entry.where() + ": env has a name that is not that of a variable");
                });
        Path folder = entry.folder().orElseGet(() -> Path.of("").toAbsolutePath());
        return new LaunchSpec(
                command,
                environment,
                Optional.of(folder),
                Optional.empty(),
                InheritedEnvironment.allBut(Set.of()),
                references);
    }

    private String text(ClientEntry.Value value) {
        if (!value.isReference()) {
            return value.text();
        }
        SecretReference reference = SecretReference.client(value.text());
        references.add(reference);
        return reference.toString();
    }

    private RemoteSpec remote(ClientEntry entry) {
        Map<String, HeaderTemplate> headers = new LinkedHashMap<>();
        entry.headers().forEach((name, value) -> {
            Optional<String> problem = RequestHeaderRules.problemOfName(name);
            problem.ifPresent(why -> notes.add(entry.where() + ": the header " + name + " is left out: it " + why));
            if (problem.isEmpty()) {
                headers.put(name, new HeaderTemplate(text(value)));
            }
        });
        if (headers.size() > HEADERS_MAX) {
            throw new ConfigException(entry.where() + " has more than " + HEADERS_MAX + " headers");
        }
        URI url = url(entry);
        return new RemoteSpec(
                List.of(url), Optional.empty(), new RemoteAccessSpec(headers, Optional.empty(), RemoteTlsFiles.none()));
    }

    /** Reads the URL; an error does not show it, since it may have a secret. */
    private static URI url(ClientEntry entry) {
        URI url;
        try {
            url = new URI(entry.url().strip());
        } catch (URISyntaxException e) {
            throw new ConfigException(entry.where() + ": url is not a URL: " + e.getReason());
        }
        RemoteSpec.problem(url).ifPresent(problem -> {
            throw new ConfigException(entry.where() + ": url " + problem);
        });
        return url;
    }
}
