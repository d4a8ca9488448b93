import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/** The least that NestJS can answer. */
class HelloController {
  hello(): string {
    return 'Hello';
  }
}
class HelloModule {}

// Decorators by hand: this file is run as it stands.
const hello = Object.getOwnPropertyDescriptor(HelloController.prototype, 'hello') as PropertyDescriptor;
Get()(HelloController.prototype, 'hello', hello);
Controller()(HelloController);
Module({ controllers: [HelloController] })(HelloModule);

// A bare NestJS application on Express: no middleware, guard or database. Tells its port.
const app = await NestFactory.create(HelloModule, { logger: false, bodyParser: false });
await app.listen(0, '127.0.0.1');
process.once('disconnect', () => void app.close());
process.send?.((app.getHttpServer().address() as AddressInfo).port);
