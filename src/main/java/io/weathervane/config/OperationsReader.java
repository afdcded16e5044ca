package io.weathervane.config;

import io.weathervane.tool.OperationsScope;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code operations}: which of the server's own tools the clients of each way in are offered, as one word for all of
 * them or a mapping. The workspace's socket, which the command line uses, always offers all.
 */
final class OperationsReader {
    private static final Map<String, OperationsScope> WORDS = OperationsScope.byName();

    private final CliOverrides overrides;

    OperationsReader(CliOverrides overrides) {
        this.overrides = overrides;
    }

    OfferedOperations read(Section section) {
        OfferedOperations usual = OfferedOperations.everywhere(overrides.offer().usual());
        OfferedOperations configured = section.isMapping("operations")
                ? section.section("operations", waysIn -> read(waysIn, usual)).orElse(usual)
                : section.oneOf("operations", WORDS)
                        .map(OfferedOperations::everywhere)
                        .orElse(usual);
        return typed().map(OfferedOperations::everywhere).orElse(configured);
    }

    private static OfferedOperations read(Section section, OfferedOperations usual) {
        return new OfferedOperations(
                section.oneOf("stdio", WORDS).orElse(usual.stdio()),
                section.oneOf("http", WORDS).orElse(usual.http()));
    }

    private Optional<OperationsScope> typed() {
        return overrides
                .offer()
                .operations()
                .map(word -> Optional.ofNullable(WORDS.get(word))
                        .orElseThrow(() ->
                                new ConfigException("--operations must be one of " + String.join(", ", WORDS.keySet())
                                        + ", was \"" + word + "\"" + Section.meant(word, WORDS.keySet()))));
    }
}
