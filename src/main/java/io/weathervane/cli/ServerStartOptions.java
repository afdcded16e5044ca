package io.weathervane.cli;

import io.weathervane.config.CliOverrides;
import io.weathervane.config.CommandLineRelease;
import io.weathervane.tool.OperationsScope;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of the commands that run a server, read by picocli or, in their plain form, without it. */
final class ServerStartOptions {
    @Option(names = "--stdio", description = "Speak MCP on stdin and stdout; ends when stdin does.")
    private boolean stdio;

    @Option(names = "--http", description = "Speak MCP on HTTP, at /mcp.")
    private boolean http;

    @Option(names = "--read-only", description = "Offer only tools that change nothing.")
    private boolean readOnly;

    @Option(
            names = "--operations",
            paramLabel = "WHICH",
            description = "Which of WeatherVane's own tools clients are offered: all, safe (what reads and what makes"
                    + " things safe) or none. Default: serve all, run safe. The command line has all of them.")
    private @Nullable String operations;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Default 127.0.0.1; another than a loopback address needs server.auth in the configuration.")
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            converter = PortConverter.class,
            description = "Default 3000; 0 = any free one, printed.")
    private @Nullable Integer port;

    @Option(names = "--workspace", paramLabel = "DIR", description = "Default WVO_WORKSPACE_ROOT, else this folder.")
    private @Nullable Path workspaceFolder;

    @Option(
            names = "--environment",
            paramLabel = "PRESET",
            description = "default, production, staging or development: the monitor's thresholds.")
    private @Nullable String preset;

    @Option(names = "--config", paramLabel = "FILE", description = "Default weathervane.yaml in the workspace.")
    private @Nullable Path config;

    @Option(
            names = "--mcp-config",
            paramLabel = "FILE",
            description =
                    "Puts the servers of an MCP client's configuration (mcpServers, or VS Code's servers) behind this"
                            + " one, a service each.")
    private @Nullable Path mcpConfig;

    @Option(
            names = "--call-timeout",
            paramLabel = "TIME",
            description = "Longest a call of the worker may take without a sign of progress. Default 10m.")
    private @Nullable String callTimeout;

    /** Takes a word that a command has of its own, with its value; false when it is not one. */
    interface Own {
        boolean take(String name, String value);
    }

    /**
     * Takes the words of a command line in their plain form, {@code --port 0}: a server then starts without picocli,
     * which takes as long as all else together. False, and nothing more to be done with this object, when there is
     * anything that picocli knows better: help, another form, a mistake.
     */
    boolean takePlain(List<String> words, Own own) {
        Set<String> seen = new HashSet<>();
        Iterator<String> rest = words.iterator();
        boolean plain = true;
        while (plain && rest.hasNext()) {
            String word = rest.next();
            plain = seen.add(word) && (takeSwitch(word) || (rest.hasNext() && takeValue(word, rest.next(), own)));
        }
        return plain;
    }

    private boolean takeSwitch(String name) {
        switch (name) {
            case "--stdio" -> stdio = true;
            case "--http" -> http = true;
            case "--read-only" -> readOnly = true;
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean takeValue(String name, String value, Own own) {
        if (value.startsWith("-")) {
            return false;
        }
        switch (name) {
            case "--host" -> host = value;
            case "--port" -> port = plainNumber(value);
            case "--workspace" -> workspaceFolder = Path.of(value);
            case "--environment" -> preset = value;
            case "--config" -> config = Path.of(value);
            case "--mcp-config" -> mcpConfig = Path.of(value);
            case "--call-timeout" -> callTimeout = value;
            case "--operations" -> operations = value;
            default -> {
                return own.take(name, value);
            }
        }
        return !name.equals("--port") || port != null;
    }

    private static @Nullable Integer plainNumber(String digits) {
        try {
            int number = Integer.parseInt(digits);
            return Integer.toString(number).equals(digits) ? number : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Reads a number; which ones are allowed is the configuration's to say, of a file's as well. */
    static final class PortConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            Integer number = plainNumber(text);
            if (number == null) {
                throw new TypeConversionException("'" + text + "' is no whole number from 0 to 65535");
            }
            return number;
        }
    }

    boolean stdio() {
        return stdio;
    }

    boolean http() {
        return http;
    }

    Optional<Path> mcpConfig() {
        return Optional.ofNullable(mcpConfig);
    }

    Optional<Path> workspace() {
        return Optional.ofNullable(workspaceFolder);
    }

    /** @param usual which of our own tools clients are offered where nothing says it */
    CliOverrides overrides(Optional<CommandLineRelease> release, OperationsScope usual) {
        return new CliOverrides(
                new CliOverrides.Files(Optional.ofNullable(config), mcpConfig()),
                Optional.ofNullable(preset),
                new CliOverrides.Listen(Optional.ofNullable(host), Optional.ofNullable(port)),
                new CliOverrides.Offer(readOnly, Optional.ofNullable(operations), usual),
                release,
                Optional.ofNullable(callTimeout));
    }
}
