package io.weathervane.clientfile;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads values that stay in clients' files, as the files are when the first value is asked for. */
public final class ClientFileSecrets {
    private final Function<String, Optional<String>> environment;
    private final Map<Path, ClientFile> files = new HashMap<>();

    /** @param environment has what the values themselves refer to */
    public ClientFileSecrets(Function<String, Optional<String>> environment) {
        this.environment = environment;
    }

    /**
     * Reads one value.
     *
     * @param name as {@code FILE#server.env.KEY}
     */
    public String read(String name) {
        for (int hash = name.indexOf('#'); hash >= 0; hash = name.indexOf('#', hash + 1)) {
            Path file = Path.of(name.substring(0, hash));
            String rest = name.substring(hash + 1);
            if (Files.isRegularFile(file)) {
                return read(files.computeIfAbsent(file, ClientFile::read), rest)
                        .orElseThrow(() -> new ClientFileException("the client's file " + file + " has no "
                                + ClientEntry.shown(rest) + " any more: restart with the file as it is"));
            }
        }
        throw new ClientFileException("the client's file of " + ClientEntry.shown(name) + " is not there any more");
    }

    /** The longest name of a server first, since names may have dots. */
    private Optional<String> read(ClientFile file, String rest) {
        return file.entries(environment).values().stream()
                .filter(entry -> rest.startsWith(entry.name() + "."))
                .sorted(Comparator.comparingInt(
                                (ClientEntry entry) -> entry.name().length())
                        .reversed())
                .flatMap(entry -> entry.value(rest.substring(entry.name().length() + 1)).stream())
                .findFirst();
    }
}
