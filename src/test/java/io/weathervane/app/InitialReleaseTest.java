package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.config.CommandRelease;
import io.weathervane.transport.socket.WorkspaceOwner;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InitialReleaseTest {
    @Test
    void isTheSecondDoorOfItsOwnCommandOnly() {
        InitialRelease command = new InitialRelease(new CommandRelease("first", List.of("npx", "one"), Path.of("/")));

        command.refuseOther(Optional.empty());
        command.refuseOther(Optional.of(owner()));
        command.refuseOther(Optional.of(owner("npx", "one")));

        assertThatThrownBy(() -> command.refuseOther(Optional.of(owner("npx", "two"))))
                .isInstanceOf(LaunchRefusedException.class)
                .hasMessageContainingAll("another command, `npx two`", "process ", "--workspace");
    }

    private static WorkspaceOwner owner(String... command) {
        return WorkspaceOwner.ofThisProcess(Instant.EPOCH, List.of("stdio"), List.of(command));
    }
}
