package io.weathervane.cli;

import io.weathervane.transport.socket.ServerUnreachableException;
import io.weathervane.util.Workspace;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say which server is meant. */
final class ConnectionOptions {
    @Option(
            names = "--url",
            paramLabel = "URL",
            converter = UrlConverter.class,
            description = "The server's address, such as http://127.0.0.1:3000; without it the workspace's socket.")
    private @Nullable URI url;

    @Mixin
    private WorkspaceOption workspaceOption = new WorkspaceOption();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description =
                    "How long to wait for an answer, and again from each progress of the call, such as 500ms, 30s, 10m"
                            + " (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofSeconds(30);

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "With --url: a file with the token to show; without it " + ClientToken.VARIABLE + ", if set.")
    private @Nullable Path tokenFile;

    /** Connects to the server that is meant. */
    ToolClient open(Map<String, String> environment) {
        if (url != null) {
            URI server = url;
            Optional<ClientToken> token = ClientToken.find(Optional.ofNullable(tokenFile), environment);
            token.ifPresent(held -> held.requireSafeWith(server));
            return new ToolClient(new HttpConnection(server, token, timeout));
        }
        Workspace workspace = workspaceOption.locate(environment);
        return new ToolClient(socket(workspace, timeout));
    }

    /** The socket of the server that has the workspace, which may be another user's. */
    static SocketConnection socket(Workspace workspace, Duration timeout) {
        if (!Files.isDirectory(workspace.state())) {
            throw new ServerUnreachableException("no server has run in the workspace " + workspace.root()
                    + " yet: start one with `scripts/weathervane serve`, or name another with --workspace");
        }
        if (!Files.isExecutable(workspace.state())) {
            workspace.existingState(); // says whose it is
        }
        return new SocketConnection(workspace.state(), timeout);
    }

    /** Reads the address of a server. */
    static final class UrlConverter implements ITypeConverter<URI> {
        @Override
        public URI convert(String text) {
            try {
                URI url = new URI(text);
                if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                    return url;
                }
            } catch (URISyntaxException e) {
                throw new TypeConversionException(wanted(text) + ": " + e.getReason());
            }
            throw new TypeConversionException(wanted(text));
        }

        private static String wanted(String text) {
            return "'" + text + "' is no address such as http://127.0.0.1:3000 or https://ops.example.org";
        }
    }
}
