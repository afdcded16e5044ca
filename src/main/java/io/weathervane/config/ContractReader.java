package io.weathervane.config;

import io.weathervane.contract.ContractConfig;
import io.weathervane.contract.ContractConfig.OnDrift;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads {@code contract} of a service: which reviewed file its tools are held against, and what follows when they break it. */
final class ContractReader {
    private final Path base;

    /** @param base the folder that a relative path is meant from */
    ContractReader(Path base) {
        this.base = base;
    }

    /** Whether there is a contract in the file, the start of the server says: the command that writes it reads this, too. */
    Optional<ContractConfig> read(Section service) {
        return service.section("contract", this::contract);
    }

    private ContractConfig contract(Section section) {
        Map<String, OnDrift> choices = new LinkedHashMap<>();
        for (OnDrift choice : OnDrift.values()) {
            choices.put(choice.wireName(), choice);
        }
        return new ContractConfig(
                RelativePathResolver.file(section, "file", base)
                        .orElseThrow(
                                () -> section.missing("file", "name the file that `weathervane contract write` made")),
                section.oneOf("onDrift", choices).orElse(OnDrift.ALERT));
    }
}
