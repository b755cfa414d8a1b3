package org.peerroom.gateway;

import picocli.CommandLine.IVersionProvider;

/** The version that was built, and the Java that runs it. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String built = Gateway.class.getPackage().getImplementationVersion();
    return new String[] {
      "Peer Room gateway " + (built == null ? "(not packaged)" : built), "Java " + Runtime.version()
    };
  }
}
