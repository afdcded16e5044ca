package io.weathervane.contract.enforcement;

import io.weathervane.contract.ContractFile;
import io.weathervane.contract.ContractFileException;
import io.weathervane.contract.ToolContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** The contract in a file that people edit: the newest one that could be read. One thread looks at the file. */
final class LastGoodContract {
    private final ContractFile file;
    private String seen;
    private volatile ToolContract contract;
    private volatile Optional<String> problem = Optional.empty();

    /** @throws ContractFileException when there is no contract in the file */
    LastGoodContract(Path path) {
        this.file = new ContractFile(path);
        this.seen = stamp();
        this.contract = file.required();
    }

    ToolContract contract() {
        return contract;
    }

    /** Why the file cannot be used as it is now; empty when it is the contract in force. */
    Optional<String> problem() {
        return problem;
    }

    /** Reads the file again if it has changed; whether another contract is in force now. */
    boolean refresh() {
        String now = stamp();
        if (now.equals(seen)) {
            return false;
        }
        seen = now;
        try {
            ToolContract read = file.required();
            problem = Optional.empty();
            boolean other = !read.equals(contract);
            contract = read;
            return other;
        } catch (ContractFileException e) {
            problem = Optional.of(e.reason());
            return false;
        }
    }

    /** What tells one state of the file from another without reading it. */
    private String stamp() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file.path(), BasicFileAttributes.class);
            return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
