package io.weathervane.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Findings about a configuration before a server uses it.
 *
 * @param file the one that was read, whether or not it is there
 * @param problems what a server would refuse, each with its place and what is allowed; empty when it would start
 * @param notes what a server would start with and go without, or only warn of
 * @param config what the file comes to; empty when it cannot be read
 */
public record ConfigCheck(Path file, List<String> problems, List<String> notes, Optional<Config> config) {
    /** Most problems told at a time: 20. */
    static final int PROBLEMS_MAX = 20;

    public ConfigCheck {
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    /**
     * Reads the file as a server does, and the files that it refers to.
     *
     * @param source reads the document
     */
    static ConfigCheck of(Path file, Supplier<YamlDocument> source, Function<YamlDocument, Config> reader) {
        List<String> problems = new ArrayList<>();
        Optional<Config> config = Optional.empty();
        try {
            config = read(source.get(), reader, problems);
        } catch (ConfigException e) {
            problems.add(e.reason());
        }
        config.map(ReferencedFileCheck::problems).ifPresent(problems::addAll);
        List<String> notes = new ArrayList<>(config.map(Config::warnings).orElse(List.of()));
        config.map(ReferencedFileCheck::notes).ifPresent(notes::addAll);
        return new ConfigCheck(file, problems, notes, config);
    }

    /**
     * Reads again after each refusal, without the key that was refused. A refusal from then on that is not of one key's
     * value may be due to what was left out, and is not told.
     */
    private static Optional<Config> read(
            YamlDocument document, Function<YamlDocument, Config> reader, List<String> problems) {
        Optional<YamlDocument> left = Optional.of(document);
        while (left.isPresent() && problems.size() < PROBLEMS_MAX) {
            YamlDocument now = left.get();
            try {
                Config config = reader.apply(now);
                return problems.isEmpty() ? Optional.of(config) : Optional.empty();
            } catch (ConfigException e) {
                if (problems.isEmpty() || e.pointer().isPresent()) {
                    problems.add(e.reason());
                }
                left = e.pointer().flatMap(now::without);
            }
        }
        return Optional.empty();
    }
}
