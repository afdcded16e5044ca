package io.weathervane.upgrade;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.PrivateFiles;
import io.weathervane.worker.ServiceName;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The sign that an upgrade of a service is under way: {@code state/upgrade.lock} names it and its server. One whose server is gone
 * (no such process, or its number went to another one that started later) is stale and written over.
 */
final class UpgradeLock {
    private static final Logger LOG = LoggerFactory.getLogger("Upgrades");

    /** Most bytes read of a lock file; a real one has some hundred. */
    private static final int BYTES_MAX = 16 * 1024;

    private static final int ATTEMPTS_MAX = 3;

    private final Path file;

    /** Upgrade and process that hold the lock. */
    record Holder(String upgrade, long pid, Optional<Instant> processStartedAt, String since) {
        private static Holder ofThisProcess(String upgrade, Instant now) {
            ProcessHandle self = ProcessHandle.current();
            return new Holder(upgrade, self.pid(), self.info().startInstant(), now.toString());
        }

        /** Whether the process that wrote it lives, and is not a stranger with its number. */
        boolean lives() {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(handle -> processStartedAt.isEmpty()
                            || handle.info()
                                    .startInstant()
                                    .map(processStartedAt.get()::equals)
                                    .orElse(true))
                    .isPresent();
        }

        boolean isHere() {
            return pid == ProcessHandle.current().pid() && lives();
        }

        ObjectNode toJson() {
            return UpgradeCodec.object()
                    .put("upgrade", upgrade)
                    .put("pid", pid)
                    .put(
                            "processStartedAt",
                            processStartedAt.map(Instant::toString).orElse(null))
                    .put("since", since);
        }
    }

    UpgradeLock(Path stateFolder, ServiceName service) {
        this.file = stateFolder.resolve(service.fileName("upgrade.lock"));
    }

    /**
     * Takes it for an upgrade of this server, which knows that it runs no other.
     *
     * @throws UpgradeRefusedException when another living process has it, naming its upgrade
     */
    void take(String upgrade, Instant now) throws IOException {
        byte[] content = JsonRpcCodec.JSON.writeValueAsBytes(
                Holder.ofThisProcess(upgrade, now).toJson());
        Path written = Files.createTempFile(
                PrivateFiles.requireOwn(file).toAbsolutePath().getParent(), "upgrade", ".lock");
        try {
            PrivateFiles.inherit(written);
            PrivateFiles.write(written, content);
            for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
                try {
                    // A link appears with its content or not at all, and never in the place of another.
                    Files.createLink(file, written);
                    return;
                } catch (FileAlreadyExistsException e) {
                    removeIfStale();
                }
            }
            throw new IOException(file + " is taken again and again");
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private void removeIfStale() throws IOException {
        Optional<Holder> holder = holder();
        if (holder.filter(other -> other.lives() && !other.isHere()).isPresent()) {
            throw new UpgradeRefusedException("the upgrade " + holder.get().upgrade() + " is under way (process "
                    + holder.get().pid() + ", since " + holder.get().since() + ", " + file + ")");
        }
        LOG.warn(
                "a stale lock is written over file={} upgrade={}",
                file,
                holder.map(Holder::upgrade).orElse("unknown"));
        Files.deleteIfExists(file);
    }

    /** The process that the file names, alive or not. */
    Optional<Holder> holder() {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > BYTES_MAX) {
                return Optional.empty();
            }
            JsonNode json = JsonRpcCodec.JSON.readTree(Files.readAllBytes(file));
            return Optional.of(new Holder(
                    json.path("upgrade").asString("unknown"),
                    json.path("pid").asLong(-1),
                    Optional.of(json.path("processStartedAt"))
                            .filter(JsonNode::isString)
                            .map(JsonNode::stringValue)
                            .map(Instant::parse),
                    json.path("since").asString("unknown")));
        } catch (IOException | JacksonException | java.time.DateTimeException e) {
            LOG.warn("{} cannot be read: {}", file, e.toString());
            return Optional.empty();
        }
    }

    /** Gives it up, when it is this upgrade's. */
    void release(String upgrade) throws IOException {
        if (holder().filter(held -> held.upgrade().equals(upgrade)).isPresent()) {
            Files.deleteIfExists(file);
        }
    }
}
