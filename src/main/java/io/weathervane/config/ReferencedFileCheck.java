package io.weathervane.config;

import io.weathervane.auth.TokenFileException;
import io.weathervane.contract.ContractConfig;
import io.weathervane.contract.ContractFile;
import io.weathervane.contract.ContractFileException;
import io.weathervane.transport.http.TlsFiles;
import io.weathervane.util.PemFileException;
import io.weathervane.util.PemFiles;
import io.weathervane.util.TimeSource;
import io.weathervane.worker.RemoteSpec;
import io.weathervane.worker.RemoteTlsFiles;
import io.weathervane.worker.SecretReference;
import io.weathervane.worker.WorkerRelease;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files that a configuration refers to, read as they are read at run time: the server's own must be usable when it
 * starts, those of remote releases when such a release is connected to.
 */
final class ReferencedFileCheck {
    private static final char[] PASSWORD = "in memory".toCharArray();

    private ReferencedFileCheck() {}

    /** Files without which no server starts, or none that speaks HTTP. */
    static List<String> problems(Config config) {
        List<String> problems = new ArrayList<>();
        try {
            config.server()
                    .access()
                    .auth()
                    .open(TimeSource.system())
                    .ifPresent(usable -> problems.addAll(usable.problems()));
        } catch (TokenFileException e) {
            problems.add("server.auth: " + e.getMessage());
        }
        config.server().access().tls().flatMap(ReferencedFileCheck::problem).ifPresent(problems::add);
        config.services()
                .forEach(service -> service.contract()
                        .flatMap(ReferencedFileCheck::problem)
                        .map(why -> "contract of the service " + service.name() + ": " + why)
                        .ifPresent(problems::add));
        return problems;
    }

    private static Optional<String> problem(ContractConfig contract) {
        try {
            var unused = new ContractFile(contract.file()).required();
            return Optional.empty();
        } catch (ContractFileException e) {
            return Optional.of(e.reason());
        }
    }

    private static Optional<String> problem(TlsFiles files) {
        return unusable(() -> PemFiles.keyStore(
                        files.certificate(),
                        files.key(),
                        PASSWORD,
                        Clock.systemUTC().instant()))
                .map(why -> "server.tls: " + why);
    }

    /** Files without which a release cannot be connected to, which may come later. */
    static List<String> notes(Config config) {
        List<String> notes = new ArrayList<>();
        for (ServiceConfig service : config.services()) {
            for (WorkerRelease release : service.workers().releases().values()) {
                release.remote()
                        .ifPresent(remote -> notes.addAll(of(remote).stream()
                                .map(why -> "release " + release.label() + ": " + why)
                                .toList()));
            }
        }
        return notes;
    }

    private static List<String> of(RemoteSpec remote) {
        List<String> notes = new ArrayList<>();
        remote.access().secrets().stream()
                .filter(secret -> secret.source() == SecretReference.Source.FILE)
                .filter(secret -> !Files.isReadable(Path.of(secret.name())))
                .forEach(secret -> notes.add(secret.inWords() + " cannot be read now"));
        RemoteTlsFiles tls = remote.access().tls();
        tls.ca()
                .flatMap(ca -> unusable(
                        () -> PemFiles.authorities(ca, Clock.systemUTC().instant())))
                .ifPresent(notes::add);
        tls.client()
                .flatMap(own -> unusable(() -> PemFiles.keyStore(
                        own.certificate(),
                        own.key(),
                        PASSWORD,
                        Clock.systemUTC().instant())))
                .ifPresent(notes::add);
        return notes;
    }

    private interface FileUse {
        Object read() throws PemFileException;
    }

    private static Optional<String> unusable(FileUse use) {
        try {
            use.read();
            return Optional.empty();
        } catch (PemFileException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
