package io.weathervane.cli;

import io.weathervane.config.CliOverrides;
import io.weathervane.config.ConfigReader;
import io.weathervane.config.ServiceConfig;
import io.weathervane.util.Workspace;
import io.weathervane.worker.InheritedEnvironment;
import io.weathervane.worker.LaunchSpec;
import io.weathervane.worker.RemoteSpec;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkersConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that say which server a contract is with: a command, a URL or a service of the configuration. */
final class ContractTarget {
    private static final String CHOICE =
            "name one server: a command after --, or --url URL, or --service NAME of the configuration";

    @Option(names = "--url", paramLabel = "URL", description = "The MCP server at this URL.")
    private @Nullable String url;

    @Option(
            names = "--service",
            paramLabel = "NAME",
            description = "The initial release of this service in the workspace's configuration.")
    private @Nullable String service;

    @Mixin
    private WorkspaceOption workspaceOption = new WorkspaceOption();

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The MCP server and its arguments, after --.")
    private List<String> command = List.of();

    /** @throws UsageException when it is not exactly one server, or none that there can be */
    WorkerRelease release(Map<String, String> environment) {
        boolean hasCommand = !command.isEmpty() && !command.get(0).isBlank();
        int given = (hasCommand ? 1 : 0) + (url != null ? 1 : 0) + (service != null ? 1 : 0);
        if (given != 1) {
            throw new UsageException(CHOICE + (given == 0 ? "" : "; " + given + " were named"));
        }
        if (url != null) {
            return WorkerRelease.of("server", WorkerProtocol.MCP, RemoteSpec.of(checked(url)));
        }
        return service != null ? configured(service, environment) : ofCommand();
    }

    private static URI checked(String url) {
        return RemoteSpec.urlIn(url)
                .orElseThrow(() -> new UsageException(
                        "--url " + RemoteSpec.problemIn(url).orElse("must begin with http:// or https://")));
    }

    private WorkerRelease ofCommand() {
        return WorkerRelease.of(
                "server",
                WorkerProtocol.MCP,
                new LaunchSpec(
                        command,
                        Map.of(),
                        Optional.of(Path.of("").toAbsolutePath()),
                        Optional.empty(),
                        InheritedEnvironment.allBut(Set.of("WVO_TOKEN"))));
    }

    private WorkerRelease configured(String name, Map<String, String> environment) {
        Workspace workspace = workspaceOption.locate(environment);
        List<ServiceConfig> services =
                ConfigReader.read(workspace, environment, CliOverrides.none()).services();
        WorkersConfig workers = services.stream()
                .filter(one -> one.name().value().equals(name))
                .map(ServiceConfig::workers)
                .findFirst()
                .orElseThrow(() -> new UsageException("--service: there is no \"" + name + "\" in the configuration of "
                        + workspace.root() + "; there are "
                        + services.stream().map(one -> one.name().value()).collect(Collectors.joining(", "))));
        return workers.initial()
                .flatMap(label -> Optional.ofNullable(workers.releases().get(label)))
                .orElseThrow(() -> new UsageException("--service: " + name + " has no initial release"));
    }
}
