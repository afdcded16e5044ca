package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.config.CommandLineRelease;
import io.weathervane.transport.socket.WorkspaceOwnerInfo;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandLineReleaseCheckTest {
    @Test
    void isTheSecondDoorOfItsOwnCommandOnly() {
        CommandLineReleaseCheck command =
                new CommandLineReleaseCheck(new CommandLineRelease("first", List.of("npx", "one"), Path.of("/")));

        CommandLineReleaseCheck.refuseOther(Optional.empty(), command.words());
        CommandLineReleaseCheck.refuseOther(Optional.of(owner()), command.words());
        CommandLineReleaseCheck.refuseOther(Optional.of(owner("npx", "one")), command.words());

        assertThatThrownBy(() -> CommandLineReleaseCheck.refuseOther(Optional.of(owner("npx", "two")), command.words()))
                .isInstanceOf(WorkerCommandRefusedException.class)
                .hasMessageContainingAll("another command, `npx two`", "process ", "--workspace");
    }

    private static WorkspaceOwnerInfo owner(String... command) {
        return WorkspaceOwnerInfo.ofThisProcess(Instant.EPOCH, List.of("stdio"), List.of(command));
    }
}
