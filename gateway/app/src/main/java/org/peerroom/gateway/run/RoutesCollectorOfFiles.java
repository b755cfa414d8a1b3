package org.peerroom.gateway.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.main.DefaultRoutesCollector;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceSupport;

/**
 * Gives Camel exactly the files that were named, whatever characters are in their names: its own
 * option takes patterns, where a comma or a bracket means something.
 */
final class RoutesCollectorOfFiles extends DefaultRoutesCollector {

  private final List<RoutesFile> files;

  RoutesCollectorOfFiles(List<RoutesFile> files) {
    this.files = List.copyOf(files);
  }

  @Override
  public Collection<Resource> findRouteResourcesFromDirectory(
      CamelContext context, String excludePattern, String includePattern) {
    List<Resource> resources =
        new ArrayList<>(
            super.findRouteResourcesFromDirectory(context, excludePattern, includePattern));
    files.forEach(file -> resources.add(new NamedFile(file.path())));
    return resources;
  }

  private static final class NamedFile extends ResourceSupport {
    private final Path path;

    NamedFile(Path path) {
      super("file", "file:" + path);
      this.path = path;
    }

    @Override
    public boolean exists() {
      return Files.exists(path);
    }

    @Override
    public java.net.URI getURI() {
      return path.toUri();
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return Files.newInputStream(path);
    }
  }
}
