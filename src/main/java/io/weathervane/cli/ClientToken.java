package io.weathervane.cli;

import io.weathervane.util.BoundedLineReader;
import io.weathervane.util.FileErrorMessages;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The token to show to a server: from a file, or from {@code WVO_TOKEN}. There is no option for the token itself,
 * because everybody at a machine can see the options of everybody's commands.
 */
record ClientToken(String text) {
    static final String VARIABLE = "WVO_TOKEN";

    private static final int BYTES_MAX = 16 * 1024;
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    static Optional<ClientToken> find(Optional<Path> file, Map<String, String> environment) {
        String text = file.map(ClientToken::firstLine)
                .orElseGet(() -> environment.getOrDefault(VARIABLE, ""))
                .strip();
        if (!text.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new UsageException(
                    "what is in " + (file.isPresent() ? "the token file" : VARIABLE) + " is no token: it is one word");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(new ClientToken(text));
    }

    /** A token that goes over the network in clear is everybody's. */
    void requireSafeWith(URI server) {
        if (!"https".equals(server.getScheme()) && !THIS_MACHINE.contains(server.getHost())) {
            throw new UsageException("a token is sent over https only, except to this machine: " + server);
        }
    }

    String header() {
        return "Bearer " + text;
    }

    @Override
    public String toString() {
        return "a token";
    }

    private static String firstLine(Path file) {
        try (var in = Files.newInputStream(file)) {
            return new BoundedLineReader(in, BYTES_MAX)
                    .next()
                    .map(line -> new String(line.bytes(), StandardCharsets.UTF_8))
                    .orElse("");
        } catch (IOException e) {
            throw new UsageException(
                    "the token file " + file + " (--token-file) cannot be read: " + FileErrorMessages.reason(e));
        }
    }
}
